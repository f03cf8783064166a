import type { Translated } from '../i18n/translated.ts'
import type { en } from './words.en.ts'

export const hi: Translated<typeof en> = {
  menu: 'मुख्य मेन्यू',
  today: 'आज',
  patients: 'मरीज़',
  admin: 'प्रबंधन',
  keys: 'कुंजियाँ',
  settings: 'सेटिंग',
  language: 'भाषा',
  appearance: { label: 'रूप', auto: 'सिस्टम जैसा', light: 'उजला', dark: 'गहरा' },
  lock: 'लॉक करें',
  status: {
    title: 'रिकॉर्ड कहाँ हैं',
    saved: 'सब कुछ इस कंप्यूटर पर कूट रूप में सुरक्षित है।',
    off: 'क्लाउड सिंक बंद है: इस कंप्यूटर से कुछ बाहर नहीं जाता।',
    nothing: 'क्लाउड के पास सब कुछ है। कुछ बाकी नहीं।',
    toSync: 'क्लाउड सिंक की सेटिंग',
    tellAdmin: 'जो स्वीकार नहीं हुआ उसके बारे में एडमिन को बताएँ। वह यहाँ सुरक्षित है।',
  },
  find: 'मरीज़ खोजें',
  findHint: 'नाम, फ़ोन, नंबर या जन्म तारीख से मरीज़ खोजें',
  recent: 'हाल में देखे गए',
  found: 'मिले मरीज़',
  nobody: '“{{what}}” से कोई नहीं मिला।',
  noRecent: 'हाल में कोई नहीं देखा गया। नाम, फ़ोन नंबर या जन्म तारीख लिखें।',
  registerNew: '“{{what}}” को नए मरीज़ के रूप में दर्ज करें',
}
