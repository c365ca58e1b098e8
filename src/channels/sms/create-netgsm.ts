import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import { z } from 'zod';
import { classifyConnection } from './classify-connection.ts';
import { classifyNetgsmCode, readNetgsmStatus } from './netgsm-codes.ts';
import { fromNetgsmPhone, toNetgsmPhone } from './netgsm-phone.ts';
import { fromNetgsmTime, toNetgsmTime } from './netgsm-time.ts';
import type { OutgoingSms, SentByCarrier, SmsCarrier, SmsReport } from './sms-carrier.ts';
import { accepted, type SmsOutcome, unavailable, unknown } from './sms-outcome.ts';

export type NetgsmOptions = {
  url: string;
  user: string;
  password: string;
  /** Registered with Netgsm; 11 characters at most. */
  sender: string;
  timeoutMs?: number;
};

const TIMEOUT_MS = 15_000;
const ANSWER_LIMIT_BYTES = 2 * 1024 * 1024;
const PAGE = 100;
/** Netgsm answers ten questions a minute. */
const MOST_PAGES = 4;
/** Of its clock and ours. */
const SLACK_MS = 60 * 60_000;

const SendAnswer = z.object({
  code: z.coerce.string(),
  description: z.string().catch(''),
  jobid: z.union([z.string(), z.number()]).transform(String).optional(),
});
const Job = z.object({
  jobid: z.union([z.string(), z.number()]).transform(String),
  number: z.coerce.string(),
  status: z.coerce.number(),
  deliveredDate: z.unknown(),
});
const ReportAnswer = z.object({ code: z.coerce.string().optional(), jobs: z.array(Job).nullish() });
type Job = z.infer<typeof Job>;

/** Netgsm's REST API, version 2. One request an SMS: an answer is about one phone only. */
export function createNetgsm({ url, user, password, sender, timeoutMs = TIMEOUT_MS }: NetgsmOptions): SmsCarrier {
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const http = axios.create({
    ...agents,
    baseURL: `${url}/sms/rest/v2`,
    auth: { username: user, password },
    proxy: false,
    maxRedirects: 0,
    maxContentLength: ANSWER_LIMIT_BYTES,
    validateStatus: () => true,
  });
  return {
    kind: 'netgsm',
    turkish: true,
    unicode: false,
    timeoutMs,
    send: (sms) => sendOne(http, sms, sender, timeoutMs),
    async reports(asked, now) {
      const from = new Date(Math.min(...asked.map(({ sentAt }) => sentAt.getTime())) - SLACK_MS);
      const jobids = asked.map(({ providerMessageId }) => providerMessageId);
      const jobs = await readJobs(http, { jobids, from, to: new Date(now.getTime() + SLACK_MS) }, timeoutMs);
      return jobs === 'unavailable' ? jobs : jobs.flatMap((job) => reportOf(job, now) ?? []);
    },
    async taken(from, to) {
      const jobs = await readJobs(http, { from, to }, timeoutMs);
      return jobs === 'unavailable' ? jobs : jobs.map((job) => takenOf(job, to));
    },
    async close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

async function sendOne(
  http: AxiosInstance,
  sms: OutgoingSms,
  msgheader: string,
  timeoutMs: number,
): Promise<SmsOutcome> {
  const body = {
    msgheader,
    messages: [{ msg: sms.text, no: toNetgsmPhone(sms.phone) }],
    // the only one that is documented; without it Turkish letters are lost
    ...(sms.encoding !== 'gsm7' && { encoding: 'TR' }),
    // informational: marketing by SMS would be 11, and checked against İYS
    iysfilter: '0',
  };
  try {
    const { status, data } = await http.post('/send', body, { signal: AbortSignal.timeout(timeoutMs) });
    return judge(status, data);
  } catch (error) {
    return classifyConnection(error);
  }
}

/** A refusal comes with 406 as well as with 200: what counts is its code. */
function judge(status: number, data: unknown): SmsOutcome {
  const answer = SendAnswer.safeParse(data);
  if (answer.success) {
    const { code, description, jobid } = answer.data;
    if (code === '00' || code === '01' || code === '02')
      return jobid ? accepted(jobid) : unknown('server-error', 'netgsm took it without a job id');
    return classifyNetgsmCode(code, description);
  }
  if (status === 401 || status === 403 || status === 404) return unavailable('carrier', `netgsm answered ${status}`);
  if (status === 429) return unavailable('throttled', 'netgsm answered 429');
  return unknown('server-error', `netgsm answered ${status} with no answer that we know`);
}

type Asked = { jobids?: string[]; from: Date; to: Date };

/** Page by page; `unavailable` too when there are more pages than may be asked for. */
async function readJobs(
  http: AxiosInstance,
  { jobids, from, to }: Asked,
  timeoutMs: number,
): Promise<Job[] | 'unavailable'> {
  const jobs: Job[] = [];
  const span = { startdate: toNetgsmTime(from), stopdate: toNetgsmTime(to) };
  for (let pagenumber = 0; pagenumber < MOST_PAGES; pagenumber++) {
    const body = { ...(jobids && { jobids }), ...span, pagenumber, pagesize: PAGE };
    const page = await readPage(http, body, timeoutMs);
    if (page === 'unavailable') return page;
    jobs.push(...page);
    if (page.length < PAGE) return jobs;
  }
  return jobids ? jobs : 'unavailable';
}

async function readPage(http: AxiosInstance, body: object, timeoutMs: number): Promise<Job[] | 'unavailable'> {
  try {
    const { data } = await http.post('/report', body, { signal: AbortSignal.timeout(timeoutMs) });
    const answer = ReportAnswer.safeParse(data);
    if (!answer.success) return 'unavailable';
    // 60: nothing of that kind
    if (answer.data.code === '60') return [];
    return answer.data.jobs ?? 'unavailable';
  } catch {
    return 'unavailable';
  }
}

function reportOf(job: Job, now: Date): SmsReport | null {
  const word = readNetgsmStatus(job.status);
  return word && { providerMessageId: job.jobid, ...word, at: fromNetgsmTime(job.deliveredDate) ?? now };
}

const takenOf = (job: Job, now: Date): SentByCarrier => ({
  providerMessageId: job.jobid,
  phone: fromNetgsmPhone(job.number),
  report: reportOf(job, now),
});
