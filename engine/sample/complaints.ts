/** What people come with, and what is done about it: data for invented visits. Codes are real, people are not. */

export interface Medicine {
  generic: string
  strength: string
  form: 'tablet' | 'capsule' | 'syrup' | 'inhaler' | 'cream'
  pattern: string
  times: number
  days: number
  when?: 'AC' | 'PC' | 'HS'
}

export interface Complaint {
  code: string
  display: string
  says: string
  found: string
  advice: string
  /** From and to which age it occurs. */
  ages: readonly [number, number]
  /** Comes back for it for years. */
  chronic?: 'diabetes' | 'pressure' | 'thyroid' | 'asthma'
  fever?: boolean
  medicines: readonly Medicine[]
}

const paracetamol: Medicine = {
  generic: 'Paracetamol',
  strength: '500 mg',
  form: 'tablet',
  pattern: '1-0-1',
  times: 2,
  days: 3,
  when: 'PC',
}
const cetirizine: Medicine = {
  generic: 'Cetirizine',
  strength: '10 mg',
  form: 'tablet',
  pattern: '0-0-1',
  times: 1,
  days: 5,
  when: 'HS',
}
const syrup: Medicine = {
  generic: 'Paracetamol',
  strength: '250 mg/5 mL',
  form: 'syrup',
  pattern: '1-1-1',
  times: 3,
  days: 3,
  when: 'PC',
}

export const CHRONIC: readonly Complaint[] = [
  {
    code: 'I10',
    display: 'Essential hypertension',
    says: 'Review of blood pressure. No chest pain, no breathlessness.',
    found: 'Heart sounds normal. No pedal edema.',
    advice: 'Less salt, walk 30 minutes a day, bring home readings.',
    ages: [35, 90],
    chronic: 'pressure',
    medicines: [{ generic: 'Amlodipine', strength: '5 mg', form: 'tablet', pattern: '1-0-0', times: 1, days: 30 }],
  },
  {
    code: 'E11.9',
    display: 'Type 2 diabetes mellitus',
    says: 'Review of diabetes. No low sugars. Feet without complaint.',
    found: 'Feet: pulses present, monofilament felt everywhere.',
    advice: 'Diet as discussed, look at the feet daily, HbA1c in three months.',
    ages: [35, 90],
    chronic: 'diabetes',
    medicines: [
      { generic: 'Metformin', strength: '500 mg', form: 'tablet', pattern: '1-0-1', times: 2, days: 30, when: 'PC' },
      { generic: 'Glimepiride', strength: '1 mg', form: 'tablet', pattern: '1-0-0', times: 1, days: 30, when: 'AC' },
    ],
  },
  {
    code: 'E03.9',
    display: 'Hypothyroidism',
    says: 'Review of thyroid. Energy better than last time.',
    found: 'No goiter felt. Pulse regular.',
    advice: 'Tablet on an empty stomach, half an hour before tea.',
    ages: [20, 80],
    chronic: 'thyroid',
    medicines: [
      {
        generic: 'Levothyroxine',
        strength: '50 mcg',
        form: 'tablet',
        pattern: '1-0-0',
        times: 1,
        days: 30,
        when: 'AC',
      },
    ],
  },
  {
    code: 'J45.909',
    display: 'Asthma',
    says: 'Wheeze at night twice a week, more in winter.',
    found: 'Scattered wheeze on both sides.',
    advice: 'Inhaler technique shown. Rinse the mouth. Keep away from smoke.',
    ages: [5, 70],
    chronic: 'asthma',
    medicines: [{ generic: 'Budesonide', strength: '200 mcg', form: 'inhaler', pattern: '1-0-1', times: 2, days: 30 }],
  },
]

export const ACUTE: readonly Complaint[] = [
  {
    code: 'J06.9',
    display: 'Acute upper respiratory infection',
    says: 'Cold, cough and sore throat for three days.',
    found: 'Throat red, chest clear.',
    advice: 'Warm fluids, rest. Come back if breathless or if fever lasts.',
    ages: [13, 90],
    fever: true,
    medicines: [paracetamol, cetirizine],
  },
  {
    code: 'J06.9',
    display: 'Acute upper respiratory infection',
    says: 'Running nose and fever since yesterday; feeds well.',
    found: 'Active child. Throat red, chest clear, no retractions.',
    advice: 'Fluids. Come back if breathing is fast or the child drinks poorly.',
    ages: [0, 12],
    fever: true,
    medicines: [syrup],
  },
  {
    code: 'A09',
    display: 'Infectious gastroenteritis and colitis',
    says: 'Loose motions since yesterday, vomited twice.',
    found: 'Abdomen soft, mild dehydration.',
    advice: 'ORS after every motion. Come back if there is blood or no urine.',
    ages: [0, 90],
    medicines: [{ generic: 'Zinc', strength: '20 mg', form: 'tablet', pattern: '1-0-0', times: 1, days: 14 }],
  },
  {
    code: 'K29.70',
    display: 'Gastritis',
    says: 'Burning in the upper abdomen after meals.',
    found: 'Mild epigastric tenderness.',
    advice: 'Small meals, less chili and tea, no painkillers without asking.',
    ages: [16, 80],
    medicines: [
      { generic: 'Pantoprazole', strength: '40 mg', form: 'tablet', pattern: '1-0-0', times: 1, days: 14, when: 'AC' },
    ],
  },
  {
    code: 'M54.50',
    display: 'Low back pain',
    says: 'Back pain for a week after lifting. No weakness of the legs.',
    found: 'Straight leg raising 80° on both sides. No deficit.',
    advice: 'Keep moving, hot fomentation, exercises shown.',
    ages: [18, 80],
    medicines: [
      { generic: 'Ibuprofen', strength: '400 mg', form: 'tablet', pattern: '1-0-1', times: 2, days: 5, when: 'PC' },
    ],
  },
  {
    code: 'B35.4',
    display: 'Tinea corporis',
    says: 'Itching ring on the trunk for two weeks.',
    found: 'Annular scaly plaque, clear in the middle.',
    advice: 'Keep dry, no steroid creams, wash clothes hot.',
    ages: [6, 80],
    medicines: [{ generic: 'Clotrimazole', strength: '1 %', form: 'cream', pattern: '1-0-1', times: 2, days: 21 }],
  },
  {
    code: 'N39.0',
    display: 'Urinary tract infection',
    says: 'Burning urine and frequency for two days.',
    found: 'No loin tenderness.',
    advice: 'Plenty of water. Come back with fever or back pain.',
    ages: [15, 80],
    medicines: [
      {
        generic: 'Nitrofurantoin',
        strength: '100 mg',
        form: 'capsule',
        pattern: '1-0-1',
        times: 2,
        days: 5,
        when: 'PC',
      },
    ],
  },
  {
    code: 'R50.9',
    display: 'Fever',
    says: 'Fever with chills for two days, body ache.',
    found: 'No rash, no neck stiffness.',
    advice: 'Blood test if fever lasts beyond three days. Watch for bleeding.',
    ages: [3, 85],
    fever: true,
    medicines: [paracetamol],
  },
]

export const ALLERGIES = [
  { code: '91936005', display: 'Allergy to penicillin', category: 'medication', reaction: 'Rash', criticality: 'high' },
  { code: '293586001', display: 'Allergy to aspirin', category: 'medication', reaction: 'Wheeze', criticality: 'high' },
  { code: '91935009', display: 'Allergy to peanut', category: 'food', reaction: 'Urticaria', criticality: 'high' },
  { code: '390952000', display: 'Allergy to dust', category: 'environment', reaction: 'Sneezing', criticality: 'low' },
] as const

/** Vaccines of the first years, with the age in days at which they are due. */
export const VACCINES = [
  { cvx: '19', display: 'BCG', age: 1, dose: 1 },
  { cvx: '02', display: 'Oral polio vaccine', age: 42, dose: 1 },
  { cvx: '198', display: 'DTP-hepB-Hib pentavalent', age: 42, dose: 1 },
  { cvx: '198', display: 'DTP-hepB-Hib pentavalent', age: 70, dose: 2 },
  { cvx: '198', display: 'DTP-hepB-Hib pentavalent', age: 98, dose: 3 },
  { cvx: '04', display: 'Measles and rubella', age: 274, dose: 1 },
  { cvx: '04', display: 'Measles and rubella', age: 500, dose: 2 },
] as const
