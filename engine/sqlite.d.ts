/** The small part of the SQLite binding that we use. Its own declarations are not reachable through its `exports`. */
declare module 'better-sqlite3-multiple-ciphers' {
  namespace Sqlite {
    interface Statement {
      run(params: unknown): { changes: number }
      run(): { changes: number }
      get(params: unknown): unknown
      get(): unknown
      all(params: unknown): unknown[]
      iterate(params: unknown): IterableIterator<unknown>
    }
    interface Options {
      fileMustExist?: boolean
      timeout?: number
    }
    interface Database {
      readonly open: boolean
      readonly inTransaction: boolean
      prepare(sql: string): Statement
      exec(sql: string): this
      key(key: Uint8Array): number
      pragma(source: string, options?: { simple?: boolean }): unknown
      function(
        name: string,
        options: { deterministic?: boolean; directOnly?: boolean; varargs?: boolean },
        fn: (...args: unknown[]) => unknown,
      ): this
      close(): this
    }
  }
  const Sqlite: { new (file: string, options?: Sqlite.Options): Sqlite.Database }
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it
  export default Sqlite
}
