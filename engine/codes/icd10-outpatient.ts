/**
 * Diagnoses that are common in outpatient care, by their ICD-10 codes, in the words of a clinic. Put together by hand for
 * Alcove; a clinic that codes more finely loads a full list beside it. One a line: code, what it is called, other words
 * by which people look for it.
 */
const LINES = `
A01.00|Typhoid fever|enteric fever
A02.0|Salmonella enteritis|food poisoning
A03.9|Shigellosis|bacillary dysentery
A05.9|Bacterial food poisoning|
A06.0|Acute amebic dysentery|amoebic dysentery
A06.9|Amebiasis|amoebiasis
A07.1|Giardiasis|
A08.0|Rotavirus enteritis|
A08.4|Viral intestinal infection|viral gastroenteritis stomach flu
A09|Infectious gastroenteritis and colitis|acute gastroenteritis AGE loose motions diarrhoea
A15.0|Tuberculosis of lung|pulmonary TB Koch
A15.6|Tuberculous pleurisy|TB pleural effusion
A16.9|Respiratory tuberculosis, not confirmed|TB suspected
A18.01|Tuberculosis of spine|Pott disease
A18.2|Tuberculous peripheral lymphadenopathy|TB lymph node cervical
A27.9|Leptospirosis|
A30.9|Leprosy|Hansen disease
A37.90|Whooping cough|pertussis
A38.9|Scarlet fever|
A46|Erysipelas|
A49.9|Bacterial infection|
A53.9|Syphilis|VDRL
A54.9|Gonococcal infection|gonorrhoea
A56.8|Chlamydial infection, sexually transmitted|
A59.01|Trichomonal vulvovaginitis|trichomonas
A60.00|Herpesviral infection of urogenital system|genital herpes
A63.0|Anogenital warts|condyloma
A64|Sexually transmitted disease|STD STI
A75.3|Scrub typhus|tsutsugamushi
A82.9|Rabies|
A90|Dengue fever|
A91|Dengue hemorrhagic fever|DHF
A92.0|Chikungunya|
B00.1|Herpes simplex of lip or face|cold sore
B00.9|Herpes simplex infection|HSV
B01.9|Chickenpox|varicella
B02.9|Herpes zoster|shingles
B05.9|Measles|rubeola
B06.9|Rubella|German measles
B07.9|Viral wart|verruca
B08.1|Molluscum contagiosum|
B08.4|Hand, foot and mouth disease|HFMD coxsackie
B15.9|Acute hepatitis A|jaundice
B16.9|Acute hepatitis B|
B17.2|Acute hepatitis E|
B18.1|Chronic hepatitis B|HBsAg
B18.2|Chronic hepatitis C|HCV
B19.9|Viral hepatitis|jaundice
B20|HIV disease|AIDS
B26.9|Mumps|parotitis
B27.90|Infectious mononucleosis|glandular fever EBV
B30.9|Viral conjunctivitis|pink eye
B34.9|Viral infection|viral fever
B35.0|Tinea capitis|ringworm of scalp
B35.1|Tinea unguium|onychomycosis nail fungus
B35.3|Tinea pedis|athlete foot
B35.4|Tinea corporis|ringworm
B35.6|Tinea cruris|jock itch dhobi itch
B35.9|Dermatophytosis|fungal infection of skin
B36.0|Pityriasis versicolor|tinea versicolor
B37.0|Oral candidiasis|thrush
B37.3|Vulvovaginal candidiasis|candida white discharge
B37.2|Candidiasis of skin or nail|intertrigo
B50.9|Falciparum malaria|Plasmodium falciparum
B51.9|Vivax malaria|Plasmodium vivax
B54|Malaria|
B55.0|Visceral leishmaniasis|kala azar
B65.9|Schistosomiasis|bilharzia
B68.9|Taeniasis|tapeworm
B69.9|Cysticercosis|
B74.9|Filariasis|
B76.9|Hookworm infection|
B77.9|Ascariasis|roundworm
B80|Enterobiasis|pinworm threadworm
B82.9|Intestinal parasitism|worms
B85.0|Head lice|pediculosis capitis
B86|Scabies|itch mite
C50.919|Breast cancer|carcinoma of breast
C53.9|Cervical cancer|carcinoma of cervix uteri
C61|Prostate cancer|carcinoma of prostate
C34.90|Lung cancer|carcinoma of lung bronchus
C18.9|Colon cancer|carcinoma of colon
C06.9|Oral cancer|carcinoma of mouth
D17.9|Lipoma|
D22.9|Melanocytic nevus|mole
D25.9|Uterine fibroid|leiomyoma
D50.9|Iron deficiency anemia|anaemia low haemoglobin
D51.9|Vitamin B12 deficiency anemia|pernicious megaloblastic
D52.9|Folate deficiency anemia|
D56.1|Beta thalassemia|
D56.3|Thalassemia minor|thalassaemia trait
D57.1|Sickle-cell disease|sickle cell anaemia
D64.9|Anemia|anaemia
D69.6|Thrombocytopenia|low platelets
D72.10|Eosinophilia|
E01.0|Goiter, iodine deficiency|goitre
E03.9|Hypothyroidism|underactive thyroid
E04.1|Thyroid nodule|
E04.9|Goiter|goitre nontoxic
E05.90|Hyperthyroidism|thyrotoxicosis overactive thyroid
E06.3|Autoimmune thyroiditis|Hashimoto
E10.9|Type 1 diabetes mellitus|T1DM IDDM
E10.65|Type 1 diabetes with hyperglycemia|
E11.9|Type 2 diabetes mellitus|T2DM DM2 NIDDM sugar
E11.65|Type 2 diabetes with hyperglycemia|uncontrolled diabetes
E11.21|Type 2 diabetes with nephropathy|diabetic kidney
E11.319|Type 2 diabetes with retinopathy|diabetic eye
E11.40|Type 2 diabetes with neuropathy|diabetic nerve
E11.51|Type 2 diabetes with peripheral angiopathy|
E11.621|Type 2 diabetes with foot ulcer|diabetic foot
E11.649|Type 2 diabetes with hypoglycemia|low sugar
E16.2|Hypoglycemia|low blood sugar
E28.2|Polycystic ovarian syndrome|PCOS PCOD
E44.0|Moderate malnutrition|protein energy
E44.1|Mild malnutrition|protein energy
E46|Malnutrition|undernutrition
E50.9|Vitamin A deficiency|
E53.8|Vitamin B deficiency|B12 deficiency
E55.0|Rickets|
E55.9|Vitamin D deficiency|
E58|Calcium deficiency|
E66.9|Obesity|
E66.3|Overweight|
E78.00|Hypercholesterolemia|high cholesterol LDL
E78.1|Hypertriglyceridemia|high triglycerides
E78.2|Mixed hyperlipidemia|
E78.5|Hyperlipidemia|dyslipidaemia
E79.0|Hyperuricemia|high uric acid
E86.0|Dehydration|
E87.1|Hyponatremia|low sodium
E87.6|Hypokalemia|low potassium
E88.81|Metabolic syndrome|
F03.90|Dementia|
F10.10|Alcohol abuse|
F10.20|Alcohol dependence|alcoholism
F17.200|Nicotine dependence|smoking
F17.220|Nicotine dependence, chewing tobacco|gutka
F20.9|Schizophrenia|
F29|Psychosis|
F31.9|Bipolar disorder|mania
F32.9|Depressive episode|depression
F33.9|Recurrent depressive disorder|depression
F34.1|Dysthymia|persistent depressive
F40.10|Social phobia|
F41.0|Panic disorder|panic attack
F41.1|Generalized anxiety disorder|GAD
F41.9|Anxiety disorder|
F42.9|Obsessive-compulsive disorder|OCD
F43.0|Acute stress reaction|
F43.10|Post-traumatic stress disorder|PTSD
F43.20|Adjustment disorder|
F45.9|Somatoform disorder|
F51.01|Primary insomnia|sleeplessness
F52.21|Erectile disorder|impotence
F70|Mild intellectual disability|
F80.9|Developmental speech disorder|speech delay
F84.0|Autism|
F90.9|Attention-deficit hyperactivity disorder|ADHD
F98.0|Enuresis|bed wetting
G20|Parkinson disease|
G25.0|Essential tremor|
G25.81|Restless legs syndrome|
G30.9|Alzheimer disease|
G40.909|Epilepsy|seizure disorder fits
G43.909|Migraine|
G43.109|Migraine with aura|
G44.209|Tension-type headache|
G44.009|Cluster headache|
G45.9|Transient ischemic attack|TIA
G47.00|Insomnia|sleeplessness
G47.33|Obstructive sleep apnea|OSA
G50.0|Trigeminal neuralgia|
G51.0|Bell palsy|facial palsy
G56.00|Carpal tunnel syndrome|CTS
G57.00|Lesion of sciatic nerve|
G62.9|Polyneuropathy|peripheral neuropathy
G80.9|Cerebral palsy|
H00.019|Hordeolum|stye
H00.19|Chalazion|
H01.009|Blepharitis|
H04.129|Dry eye syndrome|
H10.10|Allergic conjunctivitis|
H10.30|Acute conjunctivitis|pink eye
H10.9|Conjunctivitis|red eye
H11.009|Pterygium|
H16.9|Keratitis|
H25.9|Age-related cataract|
H26.9|Cataract|
H40.9|Glaucoma|
H52.00|Hypermetropia|long sight
H52.10|Myopia|short sight
H52.209|Astigmatism|
H52.4|Presbyopia|
H53.9|Visual disturbance|blurred vision
H57.10|Eye pain|
H60.90|Otitis externa|ear infection
H61.20|Impacted cerumen|ear wax
H65.90|Nonsuppurative otitis media|glue ear
H66.90|Otitis media|ear infection ASOM CSOM
H66.009|Acute suppurative otitis media|ear discharge
H72.90|Perforated eardrum|tympanic membrane
H81.10|Benign paroxysmal vertigo|BPPV
H81.09|Meniere disease|
H90.3|Sensorineural hearing loss, both ears|
H91.90|Hearing loss|deafness
H92.09|Ear pain|otalgia earache
H93.19|Tinnitus|ringing in ears
I05.9|Rheumatic mitral valve disease|RHD
I09.9|Rheumatic heart disease|RHD
I10|Essential hypertension|high blood pressure HTN BP
I11.9|Hypertensive heart disease|
I12.9|Hypertensive chronic kidney disease|
I20.0|Unstable angina|
I20.9|Angina pectoris|
I21.9|Acute myocardial infarction|heart attack MI
I25.10|Coronary artery disease|ischaemic heart disease IHD CAD
I25.2|Old myocardial infarction|
I42.9|Cardiomyopathy|
I47.1|Supraventricular tachycardia|SVT
I48.91|Atrial fibrillation|AF
I49.9|Cardiac arrhythmia|
I50.9|Heart failure|CCF CHF
I63.9|Ischemic stroke|cerebral infarction CVA
I64|Stroke, not specified|CVA paralysis
I67.9|Cerebrovascular disease|
I69.30|Sequelae of cerebral infarction|old stroke
I70.209|Peripheral arterial disease|atherosclerosis of leg
I73.00|Raynaud syndrome|
I73.9|Peripheral vascular disease|PVD
I80.9|Phlebitis and thrombophlebitis|
I82.409|Deep vein thrombosis of leg|DVT
I83.90|Varicose veins of leg|
I86.1|Varicocele|
I88.9|Lymphadenitis|
I89.0|Lymphedema|
I95.1|Orthostatic hypotension|
I95.9|Hypotension|low blood pressure
J00|Common cold|nasopharyngitis coryza URTI
J01.90|Acute sinusitis|
J02.0|Streptococcal pharyngitis|strep throat
J02.9|Acute pharyngitis|sore throat
J03.90|Acute tonsillitis|
J04.0|Acute laryngitis|hoarse voice
J05.0|Croup|
J06.9|Acute upper respiratory infection|URTI URI cold viral
J11.1|Influenza|flu
J10.1|Influenza, virus identified|flu H1N1
J12.9|Viral pneumonia|
J15.9|Bacterial pneumonia|
J18.9|Pneumonia|LRTI chest infection
J20.9|Acute bronchitis|
J21.9|Acute bronchiolitis|
J22|Acute lower respiratory infection|LRTI
J30.2|Seasonal allergic rhinitis|hay fever
J30.9|Allergic rhinitis|
J31.0|Chronic rhinitis|
J32.9|Chronic sinusitis|
J33.9|Nasal polyp|
J34.2|Deviated nasal septum|DNS
J35.01|Chronic tonsillitis|
J35.2|Hypertrophy of adenoids|
J40|Bronchitis|
J42|Chronic bronchitis|
J44.1|COPD with acute exacerbation|
J44.9|Chronic obstructive pulmonary disease|COPD
J45.20|Mild intermittent asthma|
J45.909|Asthma|bronchial asthma
J45.901|Asthma with acute exacerbation|
J47.9|Bronchiectasis|
J84.10|Pulmonary fibrosis|ILD
J90|Pleural effusion|
K00.7|Teething syndrome|
K02.9|Dental caries|tooth decay cavity
K04.7|Periapical abscess|dental abscess
K05.10|Chronic gingivitis|gum
K05.6|Periodontal disease|
K08.89|Toothache|dental pain
K12.0|Recurrent oral aphthae|mouth ulcer
K12.30|Oral mucositis|
K21.9|Gastro-esophageal reflux disease|GERD acid reflux
K21.00|Reflux esophagitis|
K25.9|Gastric ulcer|
K26.9|Duodenal ulcer|
K27.9|Peptic ulcer|acid peptic disease APD
K29.00|Acute gastritis|
K29.70|Gastritis|acidity
K30|Functional dyspepsia|indigestion gas
K35.80|Acute appendicitis|
K40.90|Inguinal hernia|
K42.9|Umbilical hernia|
K43.9|Ventral hernia|incisional
K44.9|Hiatus hernia|
K50.90|Crohn disease|
K51.90|Ulcerative colitis|
K52.9|Noninfective gastroenteritis and colitis|
K57.90|Diverticular disease|
K58.9|Irritable bowel syndrome|IBS
K58.0|Irritable bowel syndrome with diarrhea|IBS-D
K59.00|Constipation|
K60.2|Anal fissure|
K60.3|Anal fistula|fistula in ano
K61.0|Anal abscess|
K62.5|Rectal bleeding|
K64.9|Hemorrhoids|piles
K70.0|Alcoholic fatty liver|
K70.30|Alcoholic cirrhosis|
K74.60|Cirrhosis of liver|
K75.9|Hepatitis, inflammatory liver disease|
K76.0|Fatty liver|NAFLD steatosis
K80.20|Gallstones|cholelithiasis
K81.0|Acute cholecystitis|
K85.90|Acute pancreatitis|
K86.1|Chronic pancreatitis|
K90.0|Celiac disease|coeliac
K92.1|Melena|black stool
K92.2|Gastrointestinal hemorrhage|GI bleed
L01.00|Impetigo|
L02.91|Cutaneous abscess|boil
L02.92|Furuncle|boil
L03.90|Cellulitis|
L03.019|Paronychia|cellulitis of finger whitlow
L05.01|Pilonidal cyst with abscess|
L08.0|Pyoderma|
L08.9|Skin infection|
L20.9|Atopic dermatitis|eczema
L21.9|Seborrheic dermatitis|dandruff
L22|Diaper dermatitis|nappy rash
L23.9|Allergic contact dermatitis|
L25.9|Contact dermatitis|
L28.0|Lichen simplex chronicus|
L29.9|Pruritus|itching
L30.9|Dermatitis|eczema
L40.9|Psoriasis|
L42|Pityriasis rosea|
L43.9|Lichen planus|
L50.9|Urticaria|hives
L55.9|Sunburn|
L60.0|Ingrowing nail|ingrown toenail
L63.9|Alopecia areata|
L65.9|Hair loss|alopecia
L70.0|Acne vulgaris|pimples
L71.9|Rosacea|
L72.3|Sebaceous cyst|
L73.9|Folliculitis|
L74.0|Miliaria rubra|prickly heat
L80|Vitiligo|leucoderma
L81.1|Melasma|chloasma
L84|Corns and callosities|
L89.90|Pressure ulcer|bed sore
L91.0|Keloid|hypertrophic scar
L97.909|Ulcer of lower limb|leg ulcer
M06.9|Rheumatoid arthritis|RA
M10.9|Gout|
M13.0|Polyarthritis|
M15.9|Polyosteoarthritis|
M16.9|Osteoarthritis of hip|
M17.9|Osteoarthritis of knee|OA knee
M19.90|Osteoarthritis|degenerative joint
M23.90|Internal derangement of knee|
M25.50|Joint pain|arthralgia
M25.511|Pain in right shoulder|
M25.512|Pain in left shoulder|
M25.561|Pain in right knee|
M25.562|Pain in left knee|
M32.9|Systemic lupus erythematosus|SLE
M35.3|Polymyalgia rheumatica|
M41.9|Scoliosis|
M45.9|Ankylosing spondylitis|
M47.812|Cervical spondylosis|neck
M47.816|Lumbar spondylosis|
M48.061|Lumbar spinal stenosis|
M50.20|Cervical disc displacement|
M51.26|Lumbar disc displacement|slipped disc PIVD
M54.2|Neck pain|cervicalgia
M54.30|Sciatica|
M54.50|Low back pain|lumbago LBP
M54.6|Pain in thoracic spine|
M54.9|Back pain|dorsalgia
M62.838|Muscle spasm|
M65.9|Tenosynovitis|
M65.30|Trigger finger|
M65.4|De Quervain tenosynovitis|
M70.60|Trochanteric bursitis|
M72.2|Plantar fasciitis|heel pain
M75.00|Frozen shoulder|adhesive capsulitis
M75.100|Rotator cuff tear|
M76.60|Achilles tendinitis|
M77.10|Tennis elbow|lateral epicondylitis
M77.30|Calcaneal spur|
M79.10|Myalgia|muscle pain
M79.7|Fibromyalgia|
M79.609|Pain in limb|leg pain
M81.0|Osteoporosis|
N04.9|Nephrotic syndrome|
N10|Acute pyelonephritis|
N13.30|Hydronephrosis|
N17.9|Acute kidney failure|AKI
N18.30|Chronic kidney disease, stage 3|CKD
N18.4|Chronic kidney disease, stage 4|CKD
N18.6|End stage renal disease|ESRD dialysis
N18.9|Chronic kidney disease|CKD
N20.0|Kidney stone|renal calculus nephrolithiasis
N20.1|Ureteric stone|calculus
N23|Renal colic|
N30.00|Acute cystitis|
N30.90|Cystitis|
N32.81|Overactive bladder|
N34.1|Urethritis|
N39.0|Urinary tract infection|UTI
N39.3|Stress incontinence|
N40.0|Benign prostatic hyperplasia|BPH enlarged prostate
N41.0|Acute prostatitis|
N43.3|Hydrocele|
N45.1|Epididymitis|
N46.9|Male infertility|
N47.1|Phimosis|
N48.1|Balanitis|
N60.19|Fibrocystic breast|fibroadenosis
N61.0|Mastitis|
N63.0|Breast lump|
N64.4|Mastodynia|breast pain
N70.91|Salpingitis|
N72|Cervicitis|
N73.9|Pelvic inflammatory disease|PID
N76.0|Acute vaginitis|bacterial vaginosis
N80.9|Endometriosis|
N81.4|Uterovaginal prolapse|
N83.209|Ovarian cyst|
N89.8|Vaginal discharge|leucorrhoea white discharge
N91.2|Amenorrhea|
N92.0|Heavy menstrual bleeding|menorrhagia
N92.6|Irregular menstruation|
N93.9|Abnormal uterine bleeding|AUB DUB
N94.3|Premenstrual syndrome|PMS
N94.6|Dysmenorrhea|period pain
N95.1|Menopausal symptoms|hot flushes
N97.9|Female infertility|
O03.9|Spontaneous abortion|miscarriage
O13.9|Gestational hypertension|PIH
O14.90|Pre-eclampsia|
O20.0|Threatened abortion|
O21.0|Hyperemesis gravidarum, mild|morning sickness vomiting of pregnancy
O23.40|Urinary tract infection in pregnancy|UTI
O24.419|Gestational diabetes|GDM
O26.90|Pregnancy related condition|
O80|Normal delivery|
O92.79|Disorder of lactation|
O99.019|Anemia in pregnancy|
P07.30|Preterm newborn|
P59.9|Neonatal jaundice|
Q21.1|Atrial septal defect|ASD
Q66.89|Club foot|talipes
Q90.9|Down syndrome|trisomy 21
R00.0|Tachycardia|
R00.2|Palpitations|
R03.0|Raised blood pressure reading|
R04.0|Epistaxis|nose bleed
R04.2|Hemoptysis|blood in sputum
R05.9|Cough|
R06.02|Shortness of breath|dyspnoea breathlessness
R06.2|Wheezing|
R07.0|Throat pain|
R07.9|Chest pain|
R09.81|Nasal congestion|blocked nose
R10.13|Epigastric pain|
R10.30|Lower abdominal pain|
R10.9|Abdominal pain|stomach ache
R11.0|Nausea|
R11.10|Vomiting|
R11.2|Nausea with vomiting|
R12|Heartburn|
R13.10|Dysphagia|difficulty in swallowing
R14.0|Abdominal distension|bloating
R17|Jaundice|
R19.7|Diarrhea|loose motions
R20.2|Paresthesia|tingling numbness
R21|Rash|
R22.9|Swelling or lump, localized|
R25.1|Tremor|
R26.9|Gait abnormality|
R30.0|Dysuria|burning urine
R31.9|Hematuria|blood in urine
R32|Urinary incontinence|
R33.9|Retention of urine|
R35.0|Frequency of urination|
R41.3|Memory loss|amnesia
R42|Dizziness|giddiness vertigo
R45.851|Suicidal ideation|
R50.9|Fever|pyrexia PUO
R51.9|Headache|
R52|Pain|
R53.1|Weakness|
R53.83|Fatigue|tiredness
R55|Syncope|fainting
R56.00|Febrile convulsions|febrile seizure
R56.9|Convulsions|seizure fits
R59.0|Enlarged lymph nodes, localized|
R60.0|Localized edema|swelling of feet
R60.9|Edema|
R61|Excessive sweating|hyperhidrosis
R62.51|Failure to thrive|
R63.0|Loss of appetite|anorexia
R63.4|Abnormal weight loss|
R63.5|Abnormal weight gain|
R68.11|Excessive crying of infant|colic
R73.03|Prediabetes|impaired glucose tolerance IGT
R73.9|Hyperglycemia|high sugar
R76.11|Positive tuberculin test|Mantoux latent TB
R79.89|Abnormal blood chemistry|
R80.9|Proteinuria|
R94.31|Abnormal ECG|electrocardiogram
S00.93XA|Contusion of head|head injury
S01.90XA|Open wound of head|scalp laceration
S06.0X0A|Concussion|head injury
S09.90XA|Head injury|
S13.4XXA|Sprain of neck|whiplash
S22.39XA|Rib fracture|
S39.012A|Strain of lower back|
S42.009A|Fracture of clavicle|
S52.509A|Fracture of lower end of radius|Colles wrist
S61.219A|Laceration of finger|cut
S61.419A|Laceration of hand|cut
S62.90XA|Fracture of hand or wrist|
S63.509A|Sprain of wrist|
S72.009A|Fracture of neck of femur|hip fracture
S80.00XA|Contusion of knee|
S81.819A|Laceration of lower leg|
S82.90XA|Fracture of lower leg|
S83.90XA|Sprain of knee|
S91.309A|Open wound of foot|
S93.409A|Sprain of ankle|twisted ankle
T14.90XA|Injury|
T14.8XXA|Bruise or superficial injury|contusion abrasion
T15.90XA|Foreign body in eye|
T16.9XXA|Foreign body in ear|
T17.1XXA|Foreign body in nostril|
T18.9XXA|Foreign body, swallowed|
T30.0|Burn|scald
T63.001A|Snake bite|venom
T63.441A|Bee sting|
T65.91XA|Poisoning|toxic effect
T67.01XA|Heatstroke|sunstroke
T78.40XA|Allergy|allergic reaction
T78.2XXA|Anaphylaxis|
T88.7XXA|Adverse effect of medicine|drug reaction
U07.1|COVID-19|coronavirus SARS-CoV-2
U09.9|Post COVID-19 condition|long covid
W54.0XXA|Dog bite|animal bite
Z00.00|General medical examination|health check
Z00.129|Routine child health examination|well child
Z01.00|Eye examination|vision test
Z01.818|Preoperative examination|
Z02.1|Pre-employment examination|fitness certificate
Z02.79|Issue of medical certificate|
Z09|Follow-up examination after treatment|
Z11.3|Screening for sexually transmitted infection|
Z12.4|Cervical cancer screening|Pap smear
Z12.31|Breast cancer screening|mammogram
Z13.1|Diabetes screening|
Z20.3|Contact with rabies|
Z20.822|Contact with COVID-19|
Z21|HIV positive, asymptomatic|
Z23|Immunization|vaccination
Z30.09|Contraceptive advice|family planning
Z30.41|Oral contraceptive surveillance|pill
Z30.430|Insertion of intrauterine device|IUD copper T
Z32.01|Pregnancy test, positive|
Z34.90|Supervision of normal pregnancy|antenatal ANC
Z39.2|Postpartum follow-up|postnatal PNC
Z48.00|Change of wound dressing|
Z48.02|Removal of sutures|stitches
Z51.81|Therapeutic drug monitoring|
Z71.3|Dietary counseling|
Z72.0|Tobacco use|
Z76.0|Repeat prescription|refill
Z79.4|Long-term use of insulin|
Z79.01|Long-term use of anticoagulants|warfarin
Z86.11|History of tuberculosis|old TB
Z87.891|History of smoking|
Z88.0|History of penicillin allergy|
Z91.14|Noncompliance with medication|
Z95.5|Coronary stent in place|PTCA
Z96.659|Knee replacement in place|TKR
`

/** What a general clinic sees every week. Of codes that fit as well as each other these come first, in this order. */
const EVERYDAY = `
R50.9 B34.9 J00 J06.9 A09 J02.9 I10 E11.9 R05.9 K29.70 M54.50 R51.9 K21.9 N39.0 J20.9 J03.90 R10.9 J45.909 R19.7
D64.9 D50.9 M25.50 R11.10 R42 K30 J30.9 J18.9 B35.9 B86 L30.9 L50.9 H10.9 H66.90 A08.4 A01.00 A90 B54 E03.9 E78.5
M17.9 M54.2 M79.10 K59.00 K64.9 G43.909 G44.209 F41.9 F32.9 G47.00 R53.83 E55.9 E66.9 J44.9 I25.10 N94.6 N89.8
L03.90 L02.91 L70.0 R07.9 R21 R30.0 J01.90 J11.1 N20.0 Z00.00 Z34.90 Z23 T14.90XA`

export interface CommonCode {
  code: string
  display: string
  synonyms: string
  /** How often it is met: 1 for a code that is in this list at all, more for the everyday ones. */
  common: number
}

/** Raised whenever the list changes, so that clinics that have an older one take it in. */
export const LIST_VERSION = 2

const everyday = EVERYDAY.trim().split(/\s+/)
/** The first of them weighs the most. */
const weights = new Map(everyday.map((code, at) => [code, 1 + everyday.length - at]))

export const ICD10_OUTPATIENT: readonly CommonCode[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [code = '', display = '', synonyms = ''] = line.split('|')
    return { code, display, synonyms, common: weights.get(code) ?? 1 }
  })
