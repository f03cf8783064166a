/** How Mantine's parts are sized and which of our tokens they take. Colors are in `tokens.css`. */
import {
  Button,
  createTheme,
  Input,
  type MantineColorsTuple,
  Modal,
  PasswordInput,
  SegmentedControl,
  Select,
  TextInput,
} from '@mantine/core'

// Mantine wants ten shades of its primary color; what is drawn are the meanings in `tokens.css`.
const accent: MantineColorsTuple = [
  '#e2efed',
  '#c6dfdb',
  '#9fcac4',
  '#78b5ad',
  '#56a197',
  '#318d82',
  '#0b6b61',
  '#085a51',
  '#06483f',
  '#04362f',
]

const calm = { transitionProps: { duration: 0 } }

export const theme = createTheme({
  colors: { accent },
  primaryColor: 'accent',
  primaryShade: 6,
  defaultRadius: 'md',
  respectReducedMotion: true,
  fontFamily: 'var(--font)',
  components: {
    Input: Input.extend({
      vars: () => ({
        wrapper: { '--input-height': '32px', '--input-fz': '14px', '--input-padding-inline-start': '8px' },
      }),
    }),
    InputWrapper: Input.Wrapper.extend({
      // The explanation under the field, not between it and its label.
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
    }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({ defaultProps: { size: 'sm', allowDeselect: false, comboboxProps: calm } }),
    Button: Button.extend({
      // A compact one stands in a row of a table or in the status line, and must not make it taller.
      vars: (_theme, { size }) =>
        String(size ?? '').startsWith('compact')
          ? { root: { '--button-height': '24px', '--button-padding-x': '8px', '--button-fz': '13px' } }
          : { root: { '--button-height': '32px', '--button-padding-x': '12px', '--button-fz': '14px' } },
    }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'sm', transitionDuration: 0 } }),
    // Locking the page's scroll would write a <style> element; our pages don't scroll as a whole anyway.
    Modal: Modal.extend({
      defaultProps: { ...calm, lockScroll: false, overlayProps: { color: 'var(--shade)', backgroundOpacity: 1 } },
    }),
  },
})
