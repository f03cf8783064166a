/** Invented people for the benches: as many as wanted, always the same ones, named as unevenly as people are. */
export interface Person {
  id: string
  mrn: string
  family: string
  given: string
  sex: 'female' | 'male'
  birthDate: string
  phones: string[]
}

const GIVEN_F =
  'Asha Lakshmi Sunita Geeta Anita Priya Kavita Meena Rekha Usha Radha Sita Pooja Neha Divya Anjali Deepa Shanti Savita Suman Aisha Fatima Zainab Mary Elizabeth Sarah Anna Grace Ruth Emily Olivia Krishnaveni Padma Saraswati Vijaya Jaya Indira Kamala Lalita Nirmala'.split(
    ' ',
  )
const GIVEN_M =
  'Ram Mohammed Krishna Rajesh Suresh Ramesh Vijay Sanjay Anil Sunil Amit Rahul Ravi Arjun Mohan Ganesh Mahesh Dinesh Prakash Ashok Abdul Imran Salman Yusuf John James William Thomas David Joseph Venkatesh Srinivas Murugan Karthik Senthil Gopal Hari Shankar Vishnu Balaji'.split(
    ' ',
  )
const FAMILY =
  'Patel Sharma Singh Kumar Khan Reddy Nair Iyer Rao Gupta Verma Chaudhary Das Mukherjee Banerjee Bose Ghosh Joshi Kulkarni Deshpande Patil Pawar Shinde Yadav Mishra Pandey Tiwari Agarwal Jain Shah Mehta Desai Naidu Pillai Menon Varma Ansari Qureshi Sheikh Hussain Ahmed Fernandes Souza Thomas Mathew George Smith Jones Brown Williams Taylor'.split(
    ' ',
  )
const SYLLABLES =
  'ba bha cha da dha ga gu ha ja ka ki kha la li ma mi mu na ni pa pra ra ri sa sha shi su ta tha ti va vi ya yo ran man van sen nath raj deep pal jit'.split(
    ' ',
  )

/** Mulberry32: small, fast, and the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** `count` invented people. Four in five have common names, unevenly common; the fifth has one of thousands of rare ones. */
export function* people(count: number, seed = 1): Generator<Person> {
  const random = seeded(seed)
  // Squared: the first names of a list are far more common than the last.
  const pick = (list: readonly string[]): string => list[Math.floor(random() ** 2 * list.length)] ?? ''
  const even = (n: number): number => Math.floor(random() * n)
  const rare = (): string => {
    const name = Array.from({ length: 2 + even(2) }, () => SYLLABLES[even(SYLLABLES.length)]).join('')
    return name.charAt(0).toUpperCase() + name.slice(1)
  }
  for (let i = 0; i < count; i++) {
    const female = random() < 0.5
    yield {
      id: `018f0000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`,
      mrn: `A-${String(i + 1).padStart(5, '0')}`,
      family: random() < 0.8 ? pick(FAMILY) : rare(),
      given: random() < 0.8 ? pick(female ? GIVEN_F : GIVEN_M) : rare(),
      sex: female ? 'female' : 'male',
      birthDate: `${1930 + even(95)}-${String(1 + even(12)).padStart(2, '0')}-${String(1 + even(28)).padStart(2, '0')}`,
      phones: [`+91 9${String(even(1e9)).padStart(9, '0')}`],
    }
  }
}
