import type { SmsFailure } from './sms-carrier.ts';
import { rejected, type SmsRefusal, unavailable, unknown } from './sms-outcome.ts';

/**
 * What `/sms/rest/v2/send` answers instead of `00`, by Netgsm's documentation and the official client of 2025 (github.com/netgsm/netgsm-sms-js,
 * src/enums.ts). 50, 51: an İYS that is not set up, for messages that do not need it; 5000: undefined, so anything may have happened.
 */
export function classifyNetgsmCode(code: string, description: string): SmsRefusal {
  const cause = `netgsm ${code}: ${description}`;
  switch (code) {
    case '20':
      return rejected('invalid-content', cause);
    case '70':
      return rejected('invalid-phone', cause);
    case '30':
    case '40':
    case '41':
    case '50':
    case '51':
    case '60':
      return unavailable('carrier', cause);
    case '80':
    case '85':
      return unavailable('throttled', cause);
    default:
      return unknown('server-error', cause);
  }
}

/** `status` of a report: 0 is pending, 1 delivered, the rest did not arrive. Null: no last word, or none that we know. */
export function readNetgsmStatus(status: number): { status: 'delivered' | 'failed'; reason: SmsFailure | null } | null {
  const failed = (reason: SmsFailure) => ({ status: 'failed' as const, reason });
  switch (status) {
    case 1:
      return { status: 'delivered', reason: null };
    case 2:
    case 22:
      return failed('expired');
    case 3:
      return failed('invalid-phone');
    case 4:
    case 14:
      return failed('carrier');
    case 12:
      return failed('unreachable');
    case 11:
    case 15:
    case 16:
    case 17:
      return failed('refused');
    case 13:
      return failed('not-delivered');
    default:
      return null;
  }
}
