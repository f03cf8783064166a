/** People's names as lists and banners show them. */

export interface NameParts {
  family?: string | undefined
  given?: string | undefined
  prefix?: string | undefined
}

/** `PATEL, Asha (Ms)`, as the NHS guides have it: the family name cannot be mistaken for a given one. */
export function displayName({ family, given, prefix }: NameParts): string {
  const name = [family?.toUpperCase(), given].filter(Boolean).join(', ')
  return prefix ? `${name} (${prefix})`.trim() : name
}

/** `Ms Asha Patel`, for a letter or a prescription. */
export function fullName({ family, given, prefix }: NameParts): string {
  return [prefix, given, family].filter(Boolean).join(' ')
}
