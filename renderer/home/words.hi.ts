import type { Translated } from '../i18n/translated.ts'
import type { en } from './words.en.ts'

export const hi: Translated<typeof en> = {
  title: 'आज',
  queue: 'आज के मरीज़',
  recent: 'हाल में देखे गए',
  token: 'टोकन',
  patient: 'मरीज़',
  reason: 'कारण',
  status: 'स्थिति',
  since: 'कब से',
  count: '{{waiting}} प्रतीक्षा में · {{inside}} डॉक्टर के पास · {{done}} पूरे',
  next: 'अगला मरीज़',
  register: 'नया मरीज़',
  empty: 'आज अभी कोई नहीं आया',
  emptyText: 'मरीज़ खोज कर विज़िट शुरू करें, या नया मरीज़ दर्ज करें।',
  find: 'मरीज़ खोजें',
  noRecent: 'आप जिन मरीज़ों को खोलेंगे वे यहाँ दिखेंगे।',
  noToken: 'टोकन नहीं',
  statuses: {
    planned: 'आने वाले',
    arrived: 'प्रतीक्षा में',
    triaged: 'वाइटल लिए गए',
    'in-progress': 'डॉक्टर के पास',
    onleave: 'बाहर गए',
    finished: 'पूरा',
    cancelled: 'रद्द',
    'entered-in-error': 'गलती से दर्ज',
    unknown: 'ज्ञात नहीं',
  },
}
