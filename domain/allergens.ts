/** What people are commonly allergic to, as suggestions while typing. Medicines by the group that cross-reacts, then by name. */
export const ALLERGENS: readonly { display: string; category: 'medication' | 'food' | 'environment' }[] = [
  ...of('medication', [
    'Penicillin',
    'Amoxicillin',
    'Cephalosporins',
    'Sulfonamides',
    'Cotrimoxazole',
    'Ciprofloxacin',
  ]),
  ...of('medication', ['Metronidazole', 'Azithromycin', 'Doxycycline', 'Vancomycin', 'NSAIDs', 'Aspirin', 'Ibuprofen']),
  ...of('medication', ['Diclofenac', 'Paracetamol', 'Codeine', 'Morphine', 'Tramadol', 'ACE inhibitors', 'Enalapril']),
  ...of('medication', ['Phenytoin', 'Carbamazepine', 'Allopurinol', 'Nevirapine', 'Streptomycin', 'Lidocaine']),
  ...of('medication', ['Iodinated contrast', 'Insulin', 'Heparin', 'Tetanus toxoid']),
  ...of('food', ['Peanut', 'Tree nuts', 'Milk', 'Egg', 'Wheat', 'Soy', 'Fish', 'Shellfish', 'Sesame', 'Mustard']),
  ...of('environment', [
    'Latex',
    'House dust mite',
    'Pollen',
    'Cat',
    'Dog',
    'Bee venom',
    'Wasp venom',
    'Nickel',
    'Mold',
  ]),
]

function of<C extends 'medication' | 'food' | 'environment'>(category: C, names: readonly string[]) {
  return names.map((display) => ({ display, category }))
}
