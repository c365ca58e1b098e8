import type { FieldError } from '#src/platform/problem.ts';
import { findLiquidMistake, subjectVariables } from './email-text.ts';

const LONGEST_LINE = 250;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a header would begin another header
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/;

export type EmailLines = {
  subject: string;
  otherSubject?: string | null | undefined;
  preheader?: string | null | undefined;
};

/** What is wrong with the lines that an inbox shows. */
export function checkLines({ subject, otherSubject, preheader }: EmailLines): FieldError[] {
  return [
    ...checkLine('subject', subject, true),
    ...(otherSubject == null ? [] : checkLine('subjectTest.subject', otherSubject, true)),
    ...(preheader == null ? [] : checkLine('preheader', preheader, false)),
  ];
}

function checkLine(path: string, text: string, required: boolean): FieldError[] {
  if (required && text.trim() === '') return [{ path, message: { en: 'Must not be empty', tr: 'Boş olamaz' } }];
  if (text.length > LONGEST_LINE)
    return [
      {
        path,
        message: { en: `At most ${LONGEST_LINE} characters`, tr: `En çok ${LONGEST_LINE} karakter olabilir` },
      },
    ];
  if (CONTROL.test(text)) return [{ path, message: { en: 'Must be a single line', tr: 'Tek satır olmalı' } }];
  const message = findLiquidMistake(text, subjectVariables);
  return message ? [{ path, message }] : [];
}
