import type { Language } from '#src/platform/language.ts';
import { sayDatedInstant, sayDays, sayMonth } from '#src/platform/time.ts';
import { describeConsultants } from './describe-consultants.ts';
import { describeLeadSources } from './describe-lead-sources.ts';
import { describeMonthly } from './describe-monthly.ts';
import type { ReportDocument, Section } from './document.ts';
import type { MadeReport } from './make-report.ts';
import { lastDayOf, type Period } from './period.ts';
import { type Say, sayIn } from './report-words.ts';

/** The report in the words of its reader. */
export function describeReport(report: MadeReport, language: Language): ReportDocument {
  const say = sayIn(language);
  return {
    language,
    organization: report.organization.name,
    title: titleOf(report, say),
    period: namePeriod(report.period, language),
    prepared: prepared(report, language),
    sections: sectionsOf(report, language),
  };
}

function titleOf({ kind, period }: MadeReport, say: Say): string {
  if (kind === 'consultants') return say('consultants');
  if (kind === 'lead-sources') return say('leadSources');
  return say(period.kind === 'year' ? 'yearly' : 'monthly');
}

function sectionsOf(report: MadeReport, language: Language): Section[] {
  if (report.kind === 'monthly') return describeMonthly(report, language);
  return report.kind === 'consultants' ? describeConsultants(report, language) : describeLeadSources(report, language);
}

/** `Ekim 2026`, `2026`, `1–15 Ekim 2026`. */
function namePeriod(period: Period, language: Language): string {
  const at = (day: string) => new Date(`${day}T00:00:00Z`);
  const reader = { language, timeZone: 'UTC' };
  if (period.kind === 'year') return period.fromDay.slice(0, 4);
  if (period.kind === 'month') return sayMonth(at(period.fromDay), reader);
  return sayDays(at(period.fromDay), at(lastDayOf(period)), reader);
}

function prepared({ madeAt, period: { timeZone } }: MadeReport, language: Language): string {
  const at = sayDatedInstant(madeAt, { language, timeZone });
  return language === 'tr' ? `Hazırlanma: ${at} (${timeZone})` : `Prepared ${at} (${timeZone})`;
}
