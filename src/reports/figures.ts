/** What is counted, of an organization or of one of its people. Times in seconds; null: there was nothing to measure. */
export const figureKeys = [
  'customersWon',
  'whatsappSent',
  'whatsappDelivered',
  'whatsappRead',
  'whatsappFailed',
  'whatsappReplied',
  'messagesReceived',
  'emailSent',
  'emailDelivered',
  'emailOpened',
  'emailClicked',
  'emailBounced',
  'emailUnsubscribed',
  'smsSent',
  'smsDelivered',
  'smsFailed',
  'campaigns',
  'creditsToppedUp',
  'creditsSpent',
  'appointmentsPlanned',
  'appointmentsKept',
  'appointmentsMissed',
  'appointmentsCancelled',
  'chatAsked',
  'chatAnswered',
] as const;
export const timeKeys = ['chatMedianSeconds', 'chatP90Seconds'] as const;

export type FigureKey = (typeof figureKeys)[number];
export type TimeKey = (typeof timeKeys)[number];
export type Figures = Record<FigureKey, number> & Record<TimeKey, number | null>;

export const noFigures = (): Figures => ({
  ...(Object.fromEntries(figureKeys.map((key) => [key, 0])) as Record<FigureKey, number>),
  chatMedianSeconds: null,
  chatP90Seconds: null,
});

/** An answer later than that counts as none: nobody waits for it any more. */
export const ANSWER_WITHIN_DAYS = 7;
