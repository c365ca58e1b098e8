import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editionOf, readAppointmentToken, signAppointmentToken } from '#src/appointments/appointment-token.ts';

const secret = 's'.repeat(40);
const appointmentId = '019a0000-0000-7000-8000-0000000000f1';

describe('the token of a link to an appointment', () => {
  it('is read as it was signed, and by nobody else’s secret', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(0xff_ff_ff), (id, edition) => {
        const token = signAppointmentToken(secret, { appointmentId: id, edition });
        expect(token).toMatch(/^[\w-]{43}$/);
        expect(readAppointmentToken(secret, token)).toEqual({ appointmentId: id, edition });
        expect(readAppointmentToken(`${secret}x`, token)).toBeNull();
      }),
    );
  });

  it('any other character in it, or one more or less, and it is none', () => {
    const token = signAppointmentToken(secret, { appointmentId, edition: 7 });
    for (let i = 0; i < token.length; i++)
      expect(
        readAppointmentToken(secret, `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`),
      ).toBeNull();
    for (const other of [`${token}A`, token.slice(1), '', 'sample', '💌', 'A'.repeat(43)])
      expect(readAppointmentToken(secret, other)).toBeNull();
  });

  it('stands for what was said: another time, place or person is another edition, another status is not', () => {
    const told = {
      startsAt: new Date('2026-03-16T18:00:00Z'),
      endsAt: new Date('2026-03-16T19:00:00Z'),
      timeZone: 'Europe/Istanbul',
      consultantId: null,
      title: 'Ön görüşme',
      place: null,
      link: null,
    };
    const edition = editionOf(told);
    expect(editionOf({ ...told, status: 'approved' } as never)).toBe(edition);
    const others = [
      { startsAt: new Date('2026-03-16T17:00:00Z') },
      { endsAt: new Date('2026-03-16T20:00:00Z') },
      { consultantId: appointmentId },
      { place: 'Kadıköy' },
      { title: 'Görüşme' },
    ];
    for (const other of others) expect(editionOf({ ...told, ...other })).not.toBe(edition);
  });
});
