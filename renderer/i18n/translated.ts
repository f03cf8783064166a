/** The same keys with other words. A language file is written `export const hi: Translated<typeof en> = {…}`. */
export type Translated<Words> = { [Key in keyof Words]: Words[Key] extends string ? string : Translated<Words[Key]> }
