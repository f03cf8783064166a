/** Words that occur nowhere else, so that finding one on a disk means that it was left there. */
export const CANARY = {
  family: 'Zyxquorvath',
  given: 'Wimbleqoph',
  phone: '9417730852',
  address: 'Quibblethorn Xylane',
  note: 'gryphonweltz cough since Jupiterday',
  user: 'Doctor Vexomarq',
} as const
export const PASSWORD = 'plimsoll-canary-xebec-42'
