import { describe, expect, it } from 'vitest';
import { createTargetGuard } from '#src/platform/target-guard.ts';

const guard = createTargetGuard([]);

describe('F56: the target guard', () => {
  it.each([
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '127.0.0.1',
      '127.255.255.254',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
    ],
    ...['169.254.169.254', '169.254.170.2', '100.64.0.1', '100.127.255.255', '100.100.100.200', '192.0.0.192'],
    ...[
      '192.0.2.1',
      '198.18.0.1',
      '198.19.255.255',
      '198.51.100.7',
      '203.0.113.7',
      '224.0.0.1',
      '239.1.1.1',
      '240.0.0.1',
    ],
    ...[
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'febf::1',
      'fec0::1',
      'fc00::1',
      'fd00:ec2::254',
      'ff02::1',
      '2001:db8::1',
    ],
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '0:0:0:0:0:ffff:10.0.0.1', '::127.0.0.1', '::7f00:1'],
    ...['64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '100::1', '5f00::1', '::ffff:0:127.0.0.1'],
    ...['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433', 'nonsense', '1.2.3.4.5', '::1%lo'],
  ])('refuses %s', (address) => expect(guard.mayReach(address)).toBe(false));

  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '100.63.255.255',
    '::ffff:8.8.8.8',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ])('lets %s pass', (address) => expect(guard.mayReach(address)).toBe(true));

  it('lets pass what is allowed although private, in every spelling, and nothing beside it', () => {
    const excused = createTargetGuard(['10.1.0.0/16', 'fd00:1::/32']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '::ffff:a01:203', 'fd00:1::7'])
      expect([address, excused.mayReach(address), excused.isAllowed(address)]).toEqual([address, true, true]);
    for (const address of ['10.2.0.1', 'fd00:2::1', '127.0.0.1']) expect(excused.mayReach(address)).toBe(false);
    expect(excused.isAllowed('8.8.8.8')).toBe(false);
  });
});
