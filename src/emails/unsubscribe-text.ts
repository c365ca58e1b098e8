import type { Language } from '#src/platform/language.ts';

/** What the pages behind an unsubscribe link say. */
export const unsubscribeText = {
  tr: {
    closed: 'E-posta aboneliğiniz sonlandırıldı',
    closedBy: (sender: string) => `${sender} size artık tanıtım e-postası göndermeyecek.`,
    closedOld: 'Bu gönderen artık yok; size ondan tanıtım e-postası gelmeyecek.',
    undo: 'Yanlışlıkla oldu, geri al',
    open: 'E-posta aboneliğinden çıkın',
    openOf: (sender: string) => `Düğmeye basınca ${sender} size bir daha tanıtım e-postası göndermeyecek.`,
    leave: 'Abonelikten çık',
    restored: 'Aboneliğiniz sürüyor',
    restoredOf: (sender: string) =>
      `${sender} size e-posta göndermeye devam edebilir. Dilediğiniz an yeniden çıkabilirsiniz.`,
    tooLate: 'Bu işlem artık geri alınamaz',
    tooLateOf: (sender: string) => `Yeniden e-posta almak isterseniz ${sender} ile iletişime geçin.`,
    invalid: 'Bu bağlantı geçerli değil',
    invalidWhy: 'Bağlantı eksik kopyalanmış olabilir. E-postadaki bağlantıyı yeniden açın.',
    sample: 'Bu bir önizleme bağlantısı',
    sampleWhy:
      'Gönderilen e-postalarda bu bağlantı alıcının aboneliğini sonlandırır. Burada kimse abonelikten çıkarılmadı.',
  },
  en: {
    closed: 'You are unsubscribed',
    closedBy: (sender: string) => `${sender} will not send you marketing email any more.`,
    closedOld: 'This sender does not exist any more; no marketing email will come from it.',
    undo: 'That was a mistake, keep me subscribed',
    open: 'Unsubscribe from email',
    openOf: (sender: string) => `Press the button and ${sender} will not send you marketing email again.`,
    leave: 'Unsubscribe',
    restored: 'You are still subscribed',
    restoredOf: (sender: string) => `${sender} may go on writing to you. You can unsubscribe again at any time.`,
    tooLate: 'This cannot be undone any more',
    tooLateOf: (sender: string) => `If you want to receive email again, write to ${sender.replace(/\.$/, '')}.`,
    invalid: 'This link is not valid',
    invalidWhy: 'Perhaps it was not copied whole. Open the link in the email again.',
    sample: 'This is the link of a preview',
    sampleWhy: 'In mail that is sent, this link unsubscribes who got it. Nobody was unsubscribed here.',
  },
} as const satisfies Record<Language, unknown>;
