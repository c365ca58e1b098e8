import type { Language } from '#src/platform/language.ts';
import {
  appointmentApproved,
  appointmentCancelled,
  appointmentConfirmed,
  appointmentDeclined,
  appointmentMoved,
  appointmentReminder,
  appointmentRequested,
  appointmentTimeProposed,
} from './appointment-texts.ts';
import type { MailKind } from './mail-data.ts';

/** `{name}` stands for what the mail is filled with. A button needs a `url`. */
export type MailText = {
  subject: string;
  title: string;
  lines: string[];
  button?: string;
  note?: string;
  /** Whose mail it is: ours, or the `{organization}`'s, to its customer. */
  inNameOf?: 'organization';
};

const verifyAddress: Record<Language, MailText> = {
  tr: {
    subject: 'E-posta adresinizi doğrulayın',
    title: 'Adresiniz bu mu?',
    lines: ['Merhaba {name},', 'Ulak hesabınız için bu e-posta adresi verildi. Sizinse aşağıdaki düğmeyle doğrulayın.'],
    button: 'Adresimi doğrula',
    note: 'Bağlantı 24 saat geçerlidir. Hesap açmadıysanız bu iletiyi yok sayın.',
  },
  en: {
    subject: 'Verify your email address',
    title: 'Is this your address?',
    lines: [
      'Hello {name},',
      'This email address was given for your Ulak account. If it is yours, verify it with the button below.',
    ],
    button: 'Verify my address',
    note: 'The link is valid for 24 hours. If you did not sign up, ignore this message.',
  },
};
const resetPassword: Record<Language, MailText> = {
  tr: {
    subject: 'Parolanızı sıfırlayın',
    title: 'Yeni bir parola belirleyin',
    lines: [
      'Merhaba {name},',
      'Ulak hesabınız için parola sıfırlama istendi. Yeni parolanızı aşağıdaki düğmeyle belirleyin.',
    ],
    button: 'Yeni parola belirle',
    note: 'Bağlantı bir saat geçerlidir ve bir kez kullanılır. Siz istemediyseniz bir şey yapmanız gerekmez; parolanız değişmedi.',
  },
  en: {
    subject: 'Reset your password',
    title: 'Choose a new password',
    lines: [
      'Hello {name},',
      'Somebody asked to reset the password of your Ulak account. Choose a new one with the button below.',
    ],
    button: 'Choose a new password',
    note: 'The link is valid for an hour and works once. If it was not you, there is nothing to do: your password has not changed.',
  },
};
const invitation: Record<Language, MailText> = {
  tr: {
    subject: '{organization} sizi Ulak’a davet ediyor',
    title: 'Ekibe hoş geldiniz',
    lines: ['{inviter}, sizi {organization} ekibine ekledi.', 'Başlamak için parolanızı belirleyin.'],
    button: 'Parolamı belirle',
  },
  en: {
    subject: '{organization} invites you to Ulak',
    title: 'Welcome to the team',
    lines: ['{inviter} added you to {organization}.', 'Choose your password to begin.'],
    button: 'Choose my password',
  },
};
const instanceDisconnected: Record<Language, MailText> = {
  tr: {
    subject: 'WhatsApp bağlantısı koptu: {instance}',
    title: 'WhatsApp bağlantısı koptu',
    lines: [
      '{organization} firmasının “{instance}” bağlantısı WhatsApp’a artık bağlı değil.',
      'Yeniden bağlanana kadar bu numaradan mesaj gönderilmez; bekleyen kampanyalar kaldıkları yerden sürer. Bağlamak için karekodu yeniden okutun.',
    ],
  },
  en: {
    subject: 'WhatsApp is disconnected: {instance}',
    title: 'WhatsApp is disconnected',
    lines: [
      'The connection “{instance}” of {organization} is no longer connected to WhatsApp.',
      'Nothing is sent from this number until it is connected again; waiting campaigns go on where they stopped. Scan the QR code again to connect it.',
    ],
  },
};
const instanceUnhealthy: Record<Language, MailText> = {
  tr: {
    subject: 'Gönderim durduruldu: {instance}',
    title: 'Bu numaranın gönderimi durduruldu',
    lines: [
      'WhatsApp, {organization} firmasının “{instance}” numarasından giden mesajları olağan biçimde almıyor.',
      'Numarayı korumak için gönderim durduruldu. Kısa süre sonra dikkatle yeniden denenecek; yapmanız gereken bir şey yok.',
    ],
  },
  en: {
    subject: 'Sending stopped: {instance}',
    title: 'This number stopped sending',
    lines: [
      'WhatsApp does not take messages from the number “{instance}” of {organization} as usual.',
      'To protect the number, sending has stopped. It is tried again carefully in a while; there is nothing you need to do.',
    ],
  },
};
const creditsLow: Record<Language, MailText> = {
  tr: {
    subject: 'Kontörünüz azalıyor',
    title: 'Kontörünüz azalıyor',
    lines: [
      'Merhaba {name},',
      'Kullanılabilir {credits} kontörünüz kaldı. Kampanyalarınızın durmaması için yükleme yapın.',
    ],
  },
  en: {
    subject: 'Your credits are running low',
    title: 'Your credits are running low',
    lines: ['Hello {name},', 'You have {credits} credits left. Top up so that your campaigns do not stop.'],
  },
};
const campaignFinished: Record<Language, MailText> = {
  tr: {
    subject: 'Kampanya tamamlandı: {campaign}',
    title: 'Kampanya tamamlandı',
    lines: ['“{campaign}” kampanyası bitti.', 'Gönderilen: {sent} · Başarısız: {failed}'],
  },
  en: {
    subject: 'Campaign finished: {campaign}',
    title: 'Campaign finished',
    lines: ['The campaign “{campaign}” has ended.', 'Sent: {sent} · Failed: {failed}'],
  },
};
const campaignPaused: Record<Language, MailText> = {
  tr: {
    subject: 'Kampanya duraklatıldı: {campaign}',
    title: 'Kampanya kendiliğinden duraklatıldı',
    lines: [
      '“{campaign}” kampanyasının {mails} e-postasından {bounced} tanesi geri döndü, {complained} tanesi istenmeyen posta olarak bildirildi.',
      'Gönderen adresinizin itibarını korumak için kampanya durduruldu. Alıcı listenizi gözden geçirdikten sonra kampanyayı sürdürebilirsiniz.',
    ],
  },
  en: {
    subject: 'Campaign paused: {campaign}',
    title: 'The campaign has paused by itself',
    lines: [
      'Of {mails} mails of the campaign “{campaign}” {bounced} bounced and {complained} were reported as spam.',
      'To protect the reputation of your sending address the campaign has stopped. Look through the list of its recipients; then you can resume it.',
    ],
  },
};
const exportReady: Record<Language, MailText> = {
  tr: {
    subject: 'Dışa aktarımınız hazır',
    title: 'Dosyanız hazır',
    lines: ['Merhaba {name},', 'İstediğiniz dışa aktarım hazır.'],
    button: 'İndir',
    note: 'Bağlantı oturum açmanızı ister.',
  },
  en: {
    subject: 'Your export is ready',
    title: 'Your file is ready',
    lines: ['Hello {name},', 'The export that you asked for is ready.'],
    button: 'Download',
    note: 'The link asks you to sign in.',
  },
};
const reportReady: Record<Language, MailText> = {
  tr: {
    subject: '{report}: {period}, {organization}',
    title: '{period} raporunuz hazır',
    lines: ['Merhaba {name},', '{organization} için {period} raporu ektedir: {report}.'],
    note: 'Bu iletiyi, rapor ayarlarınızda ayın ilk günü gönderimi açtığınız için aldınız; oradan kapatabilirsiniz.',
  },
  en: {
    subject: '{report}: {period}, {organization}',
    title: 'Your report on {period} is ready',
    lines: ['Hello {name},', 'The report of {organization} on {period} is attached: {report}.'],
    note: 'You get this mail on the first of the month because you asked for it in your report settings; you can switch it off there.',
  },
};
const webhookEndpointDisabled: Record<Language, MailText> = {
  tr: {
    subject: 'Webhook adresi kapatıldı: {endpoint}',
    title: 'Webhook adresi kapatıldı',
    lines: [
      'Merhaba {name},',
      '{organization} firmasının {endpoint} adresi {days} gündür hiçbir bildirimi kabul etmedi; bu yüzden adrese bildirim göndermeyi bıraktık.',
      'Sorunu giderdikten sonra adresi yeniden açın: bekleyen bildirimler gönderilir, bu arada olanlar yeniden oynatılabilir.',
    ],
  },
  en: {
    subject: 'Webhook endpoint switched off: {endpoint}',
    title: 'Webhook endpoint switched off',
    lines: [
      'Hello {name},',
      'The endpoint {endpoint} of {organization} has not taken a single event for {days} days, so we have stopped sending to it.',
      'Switch it on again once it works: what waits is sent then, and what happened in the meantime can be replayed.',
    ],
  },
};

/** What the system's own mails say. */
export const mailTexts: Record<MailKind, Record<Language, MailText>> = {
  'verify-address': verifyAddress,
  'reset-password': resetPassword,
  invitation,
  'instance-disconnected': instanceDisconnected,
  'instance-unhealthy': instanceUnhealthy,
  'credits-low': creditsLow,
  'campaign-finished': campaignFinished,
  'campaign-paused': campaignPaused,
  'export-ready': exportReady,
  'report-ready': reportReady,
  'webhook-endpoint-disabled': webhookEndpointDisabled,
  'appointment-requested': appointmentRequested,
  'appointment-confirmed': appointmentConfirmed,
  'appointment-moved': appointmentMoved,
  'appointment-cancelled': appointmentCancelled,
  'appointment-reminder': appointmentReminder,
  'appointment-approved': appointmentApproved,
  'appointment-declined': appointmentDeclined,
  'appointment-time-proposed': appointmentTimeProposed,
};
