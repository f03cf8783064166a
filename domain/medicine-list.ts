/**
 * Medicines common in outpatient care, by class. A hand-made list to prescribe from and to check allergies and duplicate
 * therapy against; not a formulary, and no source of doses. Generic names are International Nonproprietary Names as used
 * in India (paracetamol, salbutamol).
 *
 * A line: `Generic (+ generic): strength form, …; Brand, …`. A combination belongs to the class of each of its parts
 * that has a line of its own.
 */
export const MEDICINES = {
  'analgesic-antipyretic': `
    Paracetamol: 500 mg tablet, 650 mg tablet, 125 mg/5 mL syrup, 250 mg/5 mL syrup, 100 mg/mL drops; Crocin, Dolo, Calpol, Panadol, Tylenol`,
  nsaid: `
    Ibuprofen: 200 mg tablet, 400 mg tablet, 100 mg/5 mL syrup; Brufen, Advil
    Diclofenac: 50 mg tablet, 75 mg tablet, 100 mg tablet, 1% gel; Voveran, Voltaren
    Aceclofenac: 100 mg tablet, 200 mg tablet; Zerodol, Hifenac
    Aceclofenac + Paracetamol: 100 mg/325 mg tablet; Zerodol-P
    Ibuprofen + Paracetamol: 400 mg/325 mg tablet; Combiflam
    Naproxen: 250 mg tablet, 500 mg tablet; Naprosyn
    Mefenamic acid: 250 mg tablet, 500 mg tablet, 50 mg/5 mL syrup; Meftal, Ponstan
    Mefenamic acid + Dicyclomine: 250 mg/10 mg tablet; Meftal-Spas
    Indometacin: 25 mg capsule, 75 mg capsule; Indocap
    Ketorolac: 10 mg tablet, 0.5% eye drops; Ketorol
    Piroxicam: 20 mg capsule; Dolonex
    Meloxicam: 7.5 mg tablet, 15 mg tablet; Muvera
    Etoricoxib: 60 mg tablet, 90 mg tablet, 120 mg tablet; Nucoxia, Arcoxia
    Celecoxib: 100 mg capsule, 200 mg capsule; Celact, Celebrex
    Lornoxicam: 4 mg tablet, 8 mg tablet; Lornoxi
    Nimesulide: 100 mg tablet; Nise`,
  salicylate: `
    Aspirin: 75 mg tablet, 150 mg tablet, 300 mg tablet; Ecosprin, Disprin`,
  opioid: `
    Tramadol: 50 mg capsule, 100 mg tablet; Ultram, Contramal
    Tramadol + Paracetamol: 37.5 mg/325 mg tablet; Ultracet
    Tapentadol: 50 mg tablet, 100 mg tablet; Tapal
    Codeine: 15 mg tablet, 10 mg/5 mL syrup; Codipront
    Morphine: 10 mg tablet, 30 mg tablet
    Buprenorphine: 0.2 mg tablet, 2 mg tablet; Addnok`,
  penicillin: `
    Amoxicillin: 250 mg capsule, 500 mg capsule, 125 mg/5 mL suspension, 250 mg/5 mL suspension; Mox, Novamox
    Amoxicillin + Clavulanic acid: 500 mg/125 mg tablet, 875 mg/125 mg tablet, 200 mg/28.5 mg per 5 mL suspension; Augmentin, Clavam
    Ampicillin: 250 mg capsule, 500 mg capsule; Roscillin
    Ampicillin + Cloxacillin: 250 mg/250 mg capsule; Megapen
    Cloxacillin: 250 mg capsule, 500 mg capsule; Klox
    Flucloxacillin: 250 mg capsule, 500 mg capsule
    Dicloxacillin: 250 mg capsule, 500 mg capsule
    Phenoxymethylpenicillin: 250 mg tablet; Penicillin V
    Benzathine benzylpenicillin: 1,200,000 units injection; Penidure
    Piperacillin + Tazobactam: 4 g/0.5 g injection; Zosyn, Tazact`,
  cephalosporin: `
    Cefalexin: 250 mg capsule, 500 mg capsule, 125 mg/5 mL suspension; Phexin, Keflex
    Cefadroxil: 250 mg tablet, 500 mg tablet; Droxyl
    Cefuroxime: 250 mg tablet, 500 mg tablet; Ceftum, Zinnat
    Cefixime: 100 mg tablet, 200 mg tablet, 50 mg/5 mL suspension; Taxim-O, Zifi
    Cefpodoxime: 100 mg tablet, 200 mg tablet; Cepodem
    Cefdinir: 300 mg capsule; Adcef
    Cefaclor: 250 mg capsule; Keflor
    Ceftriaxone: 250 mg injection, 1 g injection; Monocef
    Cefotaxime: 1 g injection; Taxim`,
  macrolide: `
    Azithromycin: 250 mg tablet, 500 mg tablet, 200 mg/5 mL suspension; Azithral, Zithromax
    Clarithromycin: 250 mg tablet, 500 mg tablet; Claribid
    Erythromycin: 250 mg tablet, 500 mg tablet; Althrocin
    Roxithromycin: 150 mg tablet, 300 mg tablet; Roxid`,
  fluoroquinolone: `
    Ciprofloxacin: 250 mg tablet, 500 mg tablet, 0.3% eye drops; Ciplox, Cifran
    Levofloxacin: 250 mg tablet, 500 mg tablet, 750 mg tablet; Levoflox, Tavanic
    Ofloxacin: 200 mg tablet, 400 mg tablet; Zenflox
    Ofloxacin + Ornidazole: 200 mg/500 mg tablet; O2, Zenflox-OZ
    Norfloxacin: 400 mg tablet; Norflox
    Moxifloxacin: 400 mg tablet, 0.5% eye drops; Moxicip, Vigamox`,
  tetracycline: `
    Doxycycline: 100 mg capsule, 100 mg tablet; Doxt
    Tetracycline: 250 mg capsule, 500 mg capsule; Resteclin
    Minocycline: 50 mg capsule, 100 mg capsule; Minoz`,
  'sulfonamide-antibiotic': `
    Sulfamethoxazole + Trimethoprim: 400 mg/80 mg tablet, 800 mg/160 mg tablet, 200 mg/40 mg per 5 mL suspension; Septran, Bactrim
    Sulfamethoxazole: 500 mg tablet
    Sulfadiazine: 500 mg tablet
    Silver sulfadiazine: 1% cream; Silverex
    Sulfacetamide: 10% eye drops; Locula`,
  nitroimidazole: `
    Metronidazole: 200 mg tablet, 400 mg tablet, 200 mg/5 mL suspension, 1% gel; Flagyl, Metrogyl
    Tinidazole: 300 mg tablet, 500 mg tablet; Tiniba
    Ornidazole: 500 mg tablet; Dazolic
    Secnidazole: 1 g tablet; Secnil`,
  'other-antibacterial': `
    Nitrofurantoin: 50 mg capsule, 100 mg capsule; Niftran, Furadantin
    Fosfomycin: 3 g sachet; Fosirol
    Clindamycin: 150 mg capsule, 300 mg capsule, 1% gel; Dalacin, Clindac
    Linezolid: 600 mg tablet; Linid
    Rifaximin: 200 mg tablet, 400 mg tablet, 550 mg tablet; Rifagut
    Trimethoprim: 100 mg tablet, 200 mg tablet
    Mupirocin: 2% ointment; T-Bact, Bactroban
    Fusidic acid: 2% cream; Fucidin
    Chloramphenicol: 0.5% eye drops, 1% eye ointment; Chloromycetin
    Neomycin + Polymyxin B + Bacitracin: skin ointment; Neosporin
    Amikacin: 250 mg injection, 500 mg injection; Mikacin
    Gentamicin: 80 mg injection, 0.3% eye drops; Genticyn
    Tobramycin: 0.3% eye drops; Toba`,
  antitubercular: `
    Isoniazid: 100 mg tablet, 300 mg tablet; Isokin
    Rifampicin: 150 mg capsule, 450 mg capsule, 600 mg capsule; R-Cin
    Pyrazinamide: 500 mg tablet, 750 mg tablet; Pyzina
    Ethambutol: 400 mg tablet, 800 mg tablet; Combutol
    Rifampicin + Isoniazid + Pyrazinamide + Ethambutol: 150 mg/75 mg/400 mg/275 mg tablet; AKT-4
    Rifampicin + Isoniazid: 450 mg/300 mg tablet; R-Cinex`,
  antileprotic: `
    Dapsone: 50 mg tablet, 100 mg tablet
    Clofazimine: 50 mg capsule, 100 mg capsule; Clofozine`,
  antifungal: `
    Fluconazole: 50 mg tablet, 150 mg tablet, 200 mg tablet; Forcan, Diflucan
    Itraconazole: 100 mg capsule, 200 mg capsule; Itaspor, Sporanox
    Terbinafine: 250 mg tablet, 1% cream; Terbest, Lamisil
    Griseofulvin: 250 mg tablet, 500 mg tablet; Grisovin
    Clotrimazole: 1% cream, 100 mg pessary, 1% ear drops; Candid, Canesten
    Miconazole: 2% cream; Daktarin
    Ketoconazole: 200 mg tablet, 2% cream, 2% shampoo; Nizral
    Luliconazole: 1% cream; Lulifin
    Nystatin: 100,000 units/mL suspension; Mycostatin`,
  antiviral: `
    Aciclovir: 400 mg tablet, 800 mg tablet, 5% cream; Zovirax, Acivir
    Valaciclovir: 500 mg tablet, 1 g tablet; Valcivir
    Famciclovir: 250 mg tablet, 500 mg tablet; Famtrex
    Oseltamivir: 30 mg capsule, 75 mg capsule, 12 mg/mL suspension; Fluvir, Tamiflu
    Tenofovir disoproxil: 300 mg tablet; Tenvir
    Entecavir: 0.5 mg tablet, 1 mg tablet; Baraclude
    Sofosbuvir: 400 mg tablet; Hepcinat`,
  antimalarial: `
    Chloroquine: 250 mg tablet, 500 mg tablet; Lariago
    Primaquine: 7.5 mg tablet, 15 mg tablet; PMQ
    Artemether + Lumefantrine: 20 mg/120 mg tablet, 80 mg/480 mg tablet; Lumerax, Coartem
    Hydroxychloroquine: 200 mg tablet, 400 mg tablet; HCQS, Plaquenil
    Quinine: 300 mg tablet; Qinarsol
    Mefloquine: 250 mg tablet; Larimef`,
  anthelmintic: `
    Albendazole: 400 mg tablet, 200 mg/5 mL suspension; Zentel, Bandy
    Mebendazole: 100 mg tablet; Mebex
    Ivermectin: 6 mg tablet, 12 mg tablet; Ivecop
    Praziquantel: 600 mg tablet
    Diethylcarbamazine: 100 mg tablet; Hetrazan, Banocide
    Nitazoxanide: 500 mg tablet, 100 mg/5 mL suspension; Nizonide`,
  antiscabietic: `
    Permethrin: 5% cream, 1% lotion; Permite
    Benzyl benzoate: 25% lotion; Ascabiol`,
  antihistamine: `
    Cetirizine: 5 mg tablet, 10 mg tablet, 5 mg/5 mL syrup; Cetzine, Zyrtec
    Levocetirizine: 5 mg tablet, 2.5 mg/5 mL syrup; Levocet, Xyzal
    Levocetirizine + Montelukast: 5 mg/10 mg tablet; Montair-LC
    Loratadine: 10 mg tablet; Lorfast, Claritin
    Desloratadine: 5 mg tablet; Deslor
    Fexofenadine: 120 mg tablet, 180 mg tablet, 30 mg/5 mL suspension; Allegra
    Bilastine: 20 mg tablet; Bilasure
    Chlorphenamine: 4 mg tablet, 2 mg/5 mL syrup; Piriton
    Pheniramine: 25 mg tablet; Avil
    Hydroxyzine: 10 mg tablet, 25 mg tablet; Atarax
    Promethazine: 10 mg tablet, 25 mg tablet, 5 mg/5 mL syrup; Phenergan
    Cyproheptadine: 4 mg tablet, 2 mg/5 mL syrup; Practin
    Cinnarizine: 25 mg tablet, 75 mg tablet; Stugeron`,
  'cough-cold': `
    Dextromethorphan: 10 mg/5 mL syrup; Benadryl DR
    Ambroxol: 30 mg tablet, 15 mg/5 mL syrup; Ambrodil, Mucosolvan
    Bromhexine: 8 mg tablet, 4 mg/5 mL syrup; Bisolvon
    Guaifenesin: 100 mg/5 mL syrup; Robitussin
    Acetylcysteine: 600 mg tablet; Mucinac
    Pseudoephedrine: 60 mg tablet; Sudafed
    Phenylephrine + Chlorphenamine + Paracetamol: 10 mg/2 mg/500 mg tablet; Sinarest
    Xylometazoline: 0.05% nasal drops, 0.1% nasal drops; Otrivin
    Oxymetazoline: 0.025% nasal drops, 0.05% nasal drops; Nasivion`,
  'beta2-agonist': `
    Salbutamol: 2 mg tablet, 4 mg tablet, 100 micrograms inhaler, 2 mg/5 mL syrup; Asthalin, Ventolin
    Levosalbutamol: 50 micrograms inhaler, 1 mg/5 mL syrup; Levolin
    Salmeterol: 25 micrograms inhaler; Serobid
    Formoterol: 12 micrograms inhaler; Foratec
    Terbutaline: 2.5 mg tablet, 1.5 mg/5 mL syrup; Bricanyl`,
  'inhaled-corticosteroid': `
    Budesonide: 100 micrograms inhaler, 200 micrograms inhaler, 0.5 mg/2 mL nebulizer suspension; Budecort, Pulmicort
    Budesonide + Formoterol: 200 micrograms/6 micrograms inhaler; Foracort, Symbicort
    Fluticasone: 125 micrograms inhaler, 50 micrograms nasal spray; Flohale, Flonase
    Fluticasone + Salmeterol: 250 micrograms/50 micrograms inhaler; Seroflo, Advair
    Beclometasone: 100 micrograms inhaler; Beclate
    Mometasone: 50 micrograms nasal spray, 0.1% cream; Nasonex, Momate`,
  'respiratory-other': `
    Ipratropium: 20 micrograms inhaler; Ipravent
    Tiotropium: 18 micrograms inhaler; Tiova
    Montelukast: 4 mg tablet, 5 mg tablet, 10 mg tablet; Montair, Singulair
    Theophylline: 200 mg tablet, 400 mg tablet; Theoasthalin
    Doxofylline: 400 mg tablet; Doxovent
    Etofylline + Theophylline: 77 mg/23 mg tablet; Deriphyllin`,
  corticosteroid: `
    Prednisolone: 5 mg tablet, 10 mg tablet, 20 mg tablet, 5 mg/5 mL syrup; Wysolone, Omnacortil
    Methylprednisolone: 4 mg tablet, 8 mg tablet, 16 mg tablet; Medrol
    Dexamethasone: 0.5 mg tablet, 4 mg tablet; Decdan
    Betamethasone: 0.5 mg tablet, 0.1% cream; Betnesol, Betnovate
    Deflazacort: 6 mg tablet, 30 mg tablet; Defcort
    Hydrocortisone: 10 mg tablet, 1% cream; Hisone
    Clobetasol: 0.05% cream; Tenovate, Dermovate`,
  'ace-inhibitor': `
    Enalapril: 2.5 mg tablet, 5 mg tablet, 10 mg tablet; Envas, Vasotec
    Lisinopril: 2.5 mg tablet, 5 mg tablet, 10 mg tablet; Listril, Zestril
    Ramipril: 1.25 mg capsule, 2.5 mg capsule, 5 mg capsule, 10 mg capsule; Cardace, Altace
    Perindopril: 2 mg tablet, 4 mg tablet, 8 mg tablet; Coversyl
    Captopril: 25 mg tablet; Aceten`,
  'angiotensin-receptor-blocker': `
    Losartan: 25 mg tablet, 50 mg tablet, 100 mg tablet; Losar, Cozaar
    Losartan + Hydrochlorothiazide: 50 mg/12.5 mg tablet; Losar-H
    Telmisartan: 20 mg tablet, 40 mg tablet, 80 mg tablet; Telma, Micardis
    Telmisartan + Amlodipine: 40 mg/5 mg tablet; Telma-AM
    Telmisartan + Hydrochlorothiazide: 40 mg/12.5 mg tablet; Telma-H
    Olmesartan: 10 mg tablet, 20 mg tablet, 40 mg tablet; Olmezest
    Valsartan: 40 mg tablet, 80 mg tablet, 160 mg tablet; Valent, Diovan
    Candesartan: 4 mg tablet, 8 mg tablet, 16 mg tablet; Candesar
    Irbesartan: 150 mg tablet, 300 mg tablet; Avapro
    Sacubitril + Valsartan: 24 mg/26 mg tablet, 49 mg/51 mg tablet; Entresto, Vymada`,
  'calcium-channel-blocker': `
    Amlodipine: 2.5 mg tablet, 5 mg tablet, 10 mg tablet; Amlong, Norvasc
    Amlodipine + Atenolol: 5 mg/50 mg tablet; Amlopres-AT
    Cilnidipine: 5 mg tablet, 10 mg tablet, 20 mg tablet; Cilacar
    Nifedipine: 10 mg tablet, 20 mg tablet, 30 mg tablet; Nicardia, Adalat
    Diltiazem: 30 mg tablet, 60 mg tablet, 90 mg capsule; Dilzem
    Verapamil: 40 mg tablet, 80 mg tablet; Calaptin`,
  'beta-blocker': `
    Atenolol: 25 mg tablet, 50 mg tablet, 100 mg tablet; Aten, Tenormin
    Metoprolol: 25 mg tablet, 50 mg tablet, 100 mg tablet; Metolar, Lopressor
    Bisoprolol: 2.5 mg tablet, 5 mg tablet, 10 mg tablet; Concor
    Carvedilol: 3.125 mg tablet, 6.25 mg tablet, 12.5 mg tablet; Carca
    Nebivolol: 2.5 mg tablet, 5 mg tablet; Nebicard
    Propranolol: 10 mg tablet, 20 mg tablet, 40 mg tablet; Inderal, Ciplar
    Labetalol: 100 mg tablet, 200 mg tablet; Labebet
    Timolol: 0.5% eye drops; Glucomol`,
  'thiazide-diuretic': `
    Hydrochlorothiazide: 12.5 mg tablet, 25 mg tablet; Aquazide
    Chlortalidone: 6.25 mg tablet, 12.5 mg tablet, 25 mg tablet; Natrilix-C, CTD
    Indapamide: 1.5 mg tablet, 2.5 mg tablet; Lorvas, Natrilix`,
  'loop-diuretic': `
    Furosemide: 20 mg tablet, 40 mg tablet; Lasix
    Torasemide: 5 mg tablet, 10 mg tablet, 20 mg tablet; Dytor`,
  'potassium-sparing-diuretic': `
    Spironolactone: 25 mg tablet, 50 mg tablet, 100 mg tablet; Aldactone
    Spironolactone + Furosemide: 50 mg/20 mg tablet; Lasilactone
    Eplerenone: 25 mg tablet, 50 mg tablet; Eptus`,
  'alpha-blocker': `
    Prazosin: 2.5 mg tablet, 5 mg tablet; Minipress
    Tamsulosin: 0.4 mg capsule; Urimax, Flomax
    Alfuzosin: 10 mg tablet; Alfoo
    Silodosin: 4 mg capsule, 8 mg capsule; Silodal`,
  'central-antihypertensive': `
    Clonidine: 0.1 mg tablet; Arkamin
    Methyldopa: 250 mg tablet, 500 mg tablet; Aldomet`,
  statin: `
    Atorvastatin: 10 mg tablet, 20 mg tablet, 40 mg tablet, 80 mg tablet; Atorva, Lipitor
    Rosuvastatin: 5 mg tablet, 10 mg tablet, 20 mg tablet; Rosuvas, Crestor
    Simvastatin: 10 mg tablet, 20 mg tablet, 40 mg tablet; Simvotin, Zocor
    Pravastatin: 10 mg tablet, 20 mg tablet
    Pitavastatin: 2 mg tablet, 4 mg tablet; Pivasta
    Atorvastatin + Aspirin: 10 mg/75 mg capsule; Ecosprin-AV`,
  'lipid-other': `
    Fenofibrate: 145 mg tablet, 160 mg tablet; Fenolip
    Ezetimibe: 10 mg tablet; Ezedoc, Zetia`,
  antiplatelet: `
    Clopidogrel: 75 mg tablet; Clopilet, Plavix
    Clopidogrel + Aspirin: 75 mg/75 mg tablet; Clopitab-A
    Ticagrelor: 60 mg tablet, 90 mg tablet; Brilinta
    Prasugrel: 5 mg tablet, 10 mg tablet; Prasita
    Cilostazol: 50 mg tablet, 100 mg tablet; Pletoz`,
  anticoagulant: `
    Warfarin: 1 mg tablet, 2 mg tablet, 5 mg tablet; Warf, Coumadin
    Acenocoumarol: 1 mg tablet, 2 mg tablet, 4 mg tablet; Acitrom
    Apixaban: 2.5 mg tablet, 5 mg tablet; Eliquis
    Rivaroxaban: 10 mg tablet, 15 mg tablet, 20 mg tablet; Xarelto
    Dabigatran: 75 mg capsule, 110 mg capsule, 150 mg capsule; Pradaxa
    Enoxaparin: 40 mg injection, 60 mg injection; Clexane, Lovenox`,
  nitrate: `
    Glyceryl trinitrate: 0.5 mg tablet, 2.6 mg tablet; Sorbitrate GTN, Nitrocontin
    Isosorbide dinitrate: 5 mg tablet, 10 mg tablet; Sorbitrate
    Isosorbide mononitrate: 10 mg tablet, 20 mg tablet, 30 mg tablet; Monotrate, Imdur`,
  'cardiac-other': `
    Digoxin: 0.25 mg tablet; Lanoxin
    Amiodarone: 100 mg tablet, 200 mg tablet; Cordarone
    Ivabradine: 5 mg tablet, 7.5 mg tablet; Ivabrad
    Ranolazine: 500 mg tablet; Ranozex
    Trimetazidine: 20 mg tablet, 35 mg tablet; Flavedon
    Nicorandil: 5 mg tablet, 10 mg tablet; Korandil`,
  biguanide: `
    Metformin: 500 mg tablet, 850 mg tablet, 1,000 mg tablet; Glycomet, Glucophage`,
  sulfonylurea: `
    Glimepiride: 1 mg tablet, 2 mg tablet, 4 mg tablet; Amaryl
    Glimepiride + Metformin: 1 mg/500 mg tablet, 2 mg/500 mg tablet; Glycomet-GP
    Gliclazide: 40 mg tablet, 80 mg tablet, 60 mg tablet; Diamicron
    Glipizide: 5 mg tablet; Glynase
    Glibenclamide: 5 mg tablet; Daonil`,
  'dpp4-inhibitor': `
    Sitagliptin: 50 mg tablet, 100 mg tablet; Januvia, Istavel
    Sitagliptin + Metformin: 50 mg/500 mg tablet; Janumet
    Vildagliptin: 50 mg tablet; Galvus
    Vildagliptin + Metformin: 50 mg/500 mg tablet; Galvus Met
    Teneligliptin: 20 mg tablet; Tenepride
    Linagliptin: 5 mg tablet; Trajenta`,
  'sglt2-inhibitor': `
    Dapagliflozin: 5 mg tablet, 10 mg tablet; Forxiga
    Empagliflozin: 10 mg tablet, 25 mg tablet; Jardiance
    Canagliflozin: 100 mg tablet; Invokana`,
  'diabetes-other': `
    Pioglitazone: 15 mg tablet, 30 mg tablet; Pioz
    Voglibose: 0.2 mg tablet, 0.3 mg tablet; Volix
    Acarbose: 25 mg tablet, 50 mg tablet; Glucobay
    Repaglinide: 0.5 mg tablet, 1 mg tablet; Eurepa
    Liraglutide: 6 mg/mL injection; Victoza
    Semaglutide: 3 mg tablet, 7 mg tablet, 0.5 mg injection; Rybelsus, Ozempic`,
  insulin: `
    Insulin human, soluble: 40 units/mL injection, 100 units/mL injection; Actrapid
    Insulin human, isophane: 40 units/mL injection; Insulatard
    Insulin human, biphasic 30/70: 40 units/mL injection, 100 units/mL injection; Mixtard
    Insulin glargine: 100 units/mL injection; Lantus, Basalog
    Insulin aspart: 100 units/mL injection; NovoRapid
    Insulin lispro: 100 units/mL injection; Humalog
    Insulin degludec: 100 units/mL injection; Tresiba`,
  thyroid: `
    Levothyroxine: 12.5 micrograms tablet, 25 micrograms tablet, 50 micrograms tablet, 75 micrograms tablet, 100 micrograms tablet; Thyronorm, Eltroxin
    Carbimazole: 5 mg tablet, 10 mg tablet; Neo-Mercazole
    Propylthiouracil: 50 mg tablet; PTU`,
  'proton-pump-inhibitor': `
    Omeprazole: 10 mg capsule, 20 mg capsule; Omez, Prilosec
    Pantoprazole: 20 mg tablet, 40 mg tablet; Pan, Pantocid
    Pantoprazole + Domperidone: 40 mg/30 mg capsule; Pan-D
    Rabeprazole: 10 mg tablet, 20 mg tablet; Razo
    Rabeprazole + Domperidone: 20 mg/30 mg capsule; Razo-D
    Esomeprazole: 20 mg tablet, 40 mg tablet; Nexium
    Lansoprazole: 15 mg capsule, 30 mg capsule; Lanzol`,
  'h2-blocker': `
    Famotidine: 20 mg tablet, 40 mg tablet; Famocid, Pepcid
    Ranitidine: 150 mg tablet, 300 mg tablet; Rantac, Zinetac`,
  antacid: `
    Aluminium hydroxide + Magnesium hydroxide: suspension, chewable tablet; Gelusil, Digene
    Sucralfate: 1 g tablet, 1 g/10 mL suspension; Sucral
    Calcium carbonate: 500 mg tablet; Shelcal`,
  antiemetic: `
    Ondansetron: 4 mg tablet, 8 mg tablet, 2 mg/5 mL syrup; Emeset, Zofran
    Domperidone: 10 mg tablet, 1 mg/mL suspension; Domstal, Motilium
    Metoclopramide: 10 mg tablet; Perinorm, Reglan
    Doxylamine + Pyridoxine: 10 mg/10 mg tablet; Doxinate
    Prochlorperazine: 5 mg tablet; Stemetil
    Itopride: 50 mg tablet; Ganaton
    Betahistine: 8 mg tablet, 16 mg tablet, 24 mg tablet; Vertin`,
  antispasmodic: `
    Dicyclomine: 10 mg tablet, 20 mg tablet, 10 mg/mL drops; Cyclopam
    Hyoscine butylbromide: 10 mg tablet; Buscopan
    Drotaverine: 40 mg tablet, 80 mg tablet; Drotin
    Mebeverine: 135 mg tablet, 200 mg capsule; Colospa
    Flavoxate: 200 mg tablet; Urispas`,
  laxative: `
    Lactulose: 10 g/15 mL solution; Duphalac
    Bisacodyl: 5 mg tablet, 10 mg suppository; Dulcolax
    Ispaghula husk: 3.5 g sachet; Naturolax, Sat-Isabgol
    Macrogol: 17 g sachet; Pegmove
    Senna: 8.6 mg tablet; Senokot
    Sodium picosulfate: 5 mg/5 mL syrup; Cremalax
    Glycerol: 2 g suppository`,
  antidiarrheal: `
    Oral rehydration salts: 20.5 g sachet; Electral, ORS
    Zinc sulfate: 10 mg tablet, 20 mg tablet, 20 mg/5 mL syrup; Zinconia
    Loperamide: 2 mg capsule; Lopamide, Imodium
    Racecadotril: 10 mg sachet, 100 mg capsule; Redotil
    Saccharomyces boulardii: 250 mg sachet; Econorm
    Mesalazine: 400 mg tablet, 800 mg tablet; Mesacol`,
  hepatobiliary: `
    Ursodeoxycholic acid: 150 mg tablet, 300 mg tablet; Udiliv
    Pancreatin: 10,000 units capsule, 25,000 units capsule; Creon
    Silymarin: 70 mg tablet, 140 mg tablet; Silybon`,
  antiepileptic: `
    Phenytoin: 50 mg tablet, 100 mg tablet; Eptoin, Dilantin
    Carbamazepine: 100 mg tablet, 200 mg tablet, 400 mg tablet; Tegretol
    Oxcarbazepine: 150 mg tablet, 300 mg tablet, 600 mg tablet; Oxetol
    Sodium valproate: 200 mg tablet, 300 mg tablet, 500 mg tablet, 200 mg/5 mL syrup; Valparin, Encorate
    Levetiracetam: 250 mg tablet, 500 mg tablet, 100 mg/mL syrup; Levipil, Keppra
    Lamotrigine: 25 mg tablet, 50 mg tablet, 100 mg tablet; Lametec
    Topiramate: 25 mg tablet, 50 mg tablet; Topamac
    Phenobarbital: 30 mg tablet, 60 mg tablet; Gardenal
    Clobazam: 5 mg tablet, 10 mg tablet; Frisium
    Gabapentin: 100 mg capsule, 300 mg capsule; Gabapin, Neurontin
    Pregabalin: 50 mg capsule, 75 mg capsule, 150 mg capsule; Pregalin, Lyrica`,
  ssri: `
    Escitalopram: 5 mg tablet, 10 mg tablet, 20 mg tablet; Nexito, Lexapro
    Sertraline: 25 mg tablet, 50 mg tablet, 100 mg tablet; Serta, Zoloft
    Fluoxetine: 10 mg capsule, 20 mg capsule, 40 mg capsule; Fludac, Prozac
    Paroxetine: 12.5 mg tablet, 20 mg tablet; Paxidep
    Citalopram: 10 mg tablet, 20 mg tablet`,
  'antidepressant-other': `
    Amitriptyline: 10 mg tablet, 25 mg tablet, 50 mg tablet; Tryptomer
    Nortriptyline: 10 mg tablet, 25 mg tablet; Sensival
    Imipramine: 25 mg tablet; Depsonil
    Venlafaxine: 37.5 mg capsule, 75 mg capsule; Veniz
    Duloxetine: 20 mg capsule, 30 mg capsule, 60 mg capsule; Duzela, Cymbalta
    Mirtazapine: 7.5 mg tablet, 15 mg tablet; Mirtaz
    Bupropion: 150 mg tablet; Bupron`,
  benzodiazepine: `
    Alprazolam: 0.25 mg tablet, 0.5 mg tablet; Alprax, Xanax
    Clonazepam: 0.25 mg tablet, 0.5 mg tablet, 1 mg tablet; Rivotril, Clonotril
    Diazepam: 2 mg tablet, 5 mg tablet, 10 mg tablet; Valium, Calmpose
    Lorazepam: 1 mg tablet, 2 mg tablet; Ativan
    Zolpidem: 5 mg tablet, 10 mg tablet; Zolfresh`,
  antipsychotic: `
    Olanzapine: 2.5 mg tablet, 5 mg tablet, 10 mg tablet; Oleanz, Zyprexa
    Risperidone: 1 mg tablet, 2 mg tablet, 3 mg tablet; Sizodon
    Quetiapine: 25 mg tablet, 50 mg tablet, 100 mg tablet; Qutipin
    Haloperidol: 1.5 mg tablet, 5 mg tablet; Serenace
    Aripiprazole: 5 mg tablet, 10 mg tablet; Arip
    Lithium carbonate: 300 mg tablet, 400 mg tablet; Lithosun`,
  neurology: `
    Levodopa + Carbidopa: 100 mg/10 mg tablet, 100 mg/25 mg tablet; Syndopa
    Trihexyphenidyl: 2 mg tablet; Pacitane
    Donepezil: 5 mg tablet, 10 mg tablet; Donep
    Memantine: 5 mg tablet, 10 mg tablet; Admenta
    Flunarizine: 5 mg tablet, 10 mg tablet; Sibelium
    Sumatriptan: 25 mg tablet, 50 mg tablet; Suminat
    Rizatriptan: 5 mg tablet, 10 mg tablet; Rizact
    Baclofen: 10 mg tablet, 25 mg tablet; Lioresal`,
  'muscle-relaxant': `
    Thiocolchicoside: 4 mg capsule, 8 mg capsule; Myoril
    Tizanidine: 2 mg tablet, 4 mg tablet; Sirdalud
    Chlorzoxazone: 250 mg tablet, 500 mg tablet; Parafon`,
  'gout-rheumatology': `
    Allopurinol: 100 mg tablet, 300 mg tablet; Zyloric
    Febuxostat: 40 mg tablet, 80 mg tablet; Febutaz
    Colchicine: 0.5 mg tablet; Zycolchin
    Methotrexate: 2.5 mg tablet, 7.5 mg tablet; Folitrax
    Sulfasalazine: 500 mg tablet; Saaz
    Alendronic acid: 35 mg tablet, 70 mg tablet; Osteofos
    Azathioprine: 50 mg tablet; Imuran`,
  hormone: `
    Ethinylestradiol + Levonorgestrel: 30 micrograms/150 micrograms tablet; Ovral-L, Mala-D
    Levonorgestrel: 1.5 mg tablet; i-pill
    Norethisterone: 5 mg tablet; Primolut-N
    Medroxyprogesterone: 10 mg tablet, 150 mg injection; Deviry, Depo-Provera
    Progesterone: 100 mg capsule, 200 mg capsule; Susten
    Dydrogesterone: 10 mg tablet; Duphaston
    Clomifene: 25 mg tablet, 50 mg tablet; Fertomid
    Letrozole: 2.5 mg tablet; Letroz
    Cabergoline: 0.25 mg tablet, 0.5 mg tablet; Caberlin
    Misoprostol: 200 micrograms tablet; Misoprost
    Tranexamic acid: 500 mg tablet; Pause, Trapic
    Finasteride: 1 mg tablet, 5 mg tablet; Finast
    Dutasteride: 0.5 mg capsule; Duprost`,
  'vitamin-mineral': `
    Ferrous ascorbate + Folic acid: 100 mg/1.5 mg tablet; Orofer-XT
    Ferrous sulfate: 200 mg tablet; Fefol
    Iron and folic acid: 60 mg/0.5 mg tablet; IFA
    Folic acid: 5 mg tablet; Folvite
    Cyanocobalamin: 500 micrograms tablet, 1,000 micrograms injection
    Methylcobalamin: 500 micrograms tablet, 1,500 micrograms tablet; Nurokind
    Colecalciferol: 1,000 units tablet, 60,000 units capsule, 400 units/mL drops; Calcirol, Uprise-D3
    Calcium carbonate + Colecalciferol: 500 mg/250 units tablet; Shelcal-500
    Vitamin B complex: capsule; Becosules
    Ascorbic acid: 500 mg tablet; Celin, Limcee
    Vitamin A: 100,000 units solution
    Pyridoxine: 10 mg tablet, 40 mg tablet
    Thiamine: 75 mg tablet, 100 mg tablet; Benalgis
    Potassium chloride: 600 mg tablet, 1.5 g/15 mL solution; Potklor`,
  'eye-ear': `
    Carboxymethylcellulose: 0.5% eye drops, 1% eye drops; Refresh Tears
    Olopatadine: 0.1% eye drops; Patanol
    Latanoprost: 0.005% eye drops; Latoprost
    Brimonidine: 0.2% eye drops; Alphagan
    Dorzolamide: 2% eye drops; Dorzox
    Prednisolone acetate: 1% eye drops; Pred Forte
    Paradichlorobenzene + Benzocaine: ear drops; Waxolve`,
  dermatology: `
    Calamine: 8% lotion; Lacto Calamine
    Adapalene: 0.1% gel; Adaferin
    Benzoyl peroxide: 2.5% gel, 5% gel; Persol
    Isotretinoin: 10 mg capsule, 20 mg capsule; Sotret
    Tretinoin: 0.025% cream, 0.05% cream; Retino-A
    Tacrolimus: 0.03% ointment, 0.1% ointment; Tacroz
    Salicylic acid: 6% ointment, 12% ointment; Salicylix
    Povidone-iodine: 5% ointment, 10% solution; Betadine
    Minoxidil: 5% solution; Mintop
    Urea: 10% cream, 20% cream`,
  urology: `
    Sildenafil: 25 mg tablet, 50 mg tablet, 100 mg tablet; Viagra, Penegra
    Tadalafil: 5 mg tablet, 10 mg tablet, 20 mg tablet; Cialis, Tadacip
    Solifenacin: 5 mg tablet, 10 mg tablet; Soliten
    Oxybutynin: 2.5 mg tablet, 5 mg tablet; Oxyspas
    Mirabegron: 25 mg tablet, 50 mg tablet; Mirago
    Disodium hydrogen citrate: 1.4 g/5 mL syrup; Alkasol
    Phenazopyridine: 100 mg tablet, 200 mg tablet; Pyridium`,
} as const

export type MedicineClass = keyof typeof MEDICINES
