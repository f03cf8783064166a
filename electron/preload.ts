import { contextBridge, ipcRenderer } from 'electron'
import type { Bridge } from './bridge.ts'

/**
 * All that the page gets: ask the engine by name, and hear its events. The event object stays here: it would hand the
 * page the way back into IPC.
 */
const bridge: Bridge = {
  invoke: (name, input) => ipcRenderer.invoke('alcove', name, input),
  on: (event, listener) => {
    const forward = (_event: unknown, name: string, data: unknown) => {
      if (name === event) (listener as (data: unknown) => void)(data)
    }
    ipcRenderer.on('alcove', forward)
    return () => {
      ipcRenderer.removeListener('alcove', forward)
    }
  },
}

contextBridge.exposeInMainWorld('alcove', bridge)
