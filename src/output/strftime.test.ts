import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { strftime } from './strftime.ts'

/** Expectations are what `date` of glibc prints in the C locale for the same moment and zone. */
const zone = process.env.TZ
afterAll(() => {
  process.env.TZ = zone ?? ''
  if (zone === undefined) delete process.env.TZ
})

describe('in UTC', () => {
  beforeAll(() => {
    process.env.TZ = 'UTC'
  })
  const morning = new Date('2026-03-05T07:04:09Z')
  const midnight = new Date('2024-12-30T00:00:00Z')
  const noon = new Date('2024-02-29T12:30:00Z')

  test.each<[string, Date, string]>([
    ['%H:%M:%S', morning, '07:04:09'],
    ['%a %A %b %B %h', morning, 'Thu Thursday Mar March Mar'],
    ['%d %e %m %y %Y %C', morning, '05  5 03 26 2026 20'],
    ['%D %F %T %R', morning, '03/05/26 2026-03-05 07:04:09 07:04'],
    ['%c|%x|%X|%r', morning, 'Thu Mar  5 07:04:09 2026|03/05/26|07:04:09|07:04:09 AM'],
    ['%k|%l|%I', morning, ' 7| 7|07'],
    ['%p %P', morning, 'AM am'],
    ['%I %l %p', midnight, '12 12 AM'],
    ['%I %p', noon, '12 PM'],
    ['%j %U %W %V %G %g %u %w', morning, '064 09 09 10 2026 26 4 4'],
    ['%j %U %W %V %G %g %u %w', midnight, '365 52 53 01 2025 25 1 1'],
    ['%j %U %W %V %G %u %w', new Date('2023-01-01T00:00:00Z'), '001 01 00 52 2022 7 0'],
    ['%j %U %W %V %G', new Date('2020-12-31T00:00:00Z'), '366 52 52 53 2020'],
    ['%s', morning, '1772694249'],
    ['%z %Z', morning, '+0000 UTC'],
    ['[%n%t%%]', morning, '[\n\t%]'],
    ['%-d|%_d|%-H|%_m|%-j', morning, '5| 5|7| 3|64'],
    ['%5Y|%3d|%_5d', morning, '02026|005|    5'],
    ['%^a|%^B|%#Z|%#p|%#a', morning, 'THU|MARCH|utc|am|THU'],
    ['%5a|%05a', morning, '  Thu|00Thu'],
    ['%Ey|%Od|%EY', morning, '26|05|2026'],
    ['%q %f %L %E %', morning, '%q %f %L %E %'],
    ['plain \xff text', morning, 'plain \xff text'],
    ['', morning, ''],
  ])('%j', (format, date, expected) => {
    expect(strftime(format, date)).toBe(expected)
  })
})

describe.each([
  ['Europe/Berlin', '2026-11-23 09:13:34 CET +0100', '2026-07-01 02:00:00 CEST +0200'],
  ['America/New_York', '2026-11-23 03:13:34 EST -0500', '2026-06-30 20:00:00 EDT -0400'],
  ['Asia/Kolkata', '2026-11-23 13:43:34 IST +0530', '2026-07-01 05:30:00 IST +0530'],
  ['Asia/Kathmandu', '2026-11-23 13:58:34 +0545 +0545', '2026-07-01 05:45:00 +0545 +0545'],
  ['America/Sao_Paulo', '2026-11-23 05:13:34 -03 -0300', '2026-06-30 21:00:00 -03 -0300'],
  ['Asia/Tokyo', '2026-11-23 17:13:34 JST +0900', '2026-07-01 09:00:00 JST +0900'],
  ['Asia/Shanghai', '2026-11-23 16:13:34 CST +0800', '2026-07-01 08:00:00 CST +0800'],
])('in %s', (name, winter, summer) => {
  test('local time, zone name and offset', () => {
    process.env.TZ = name
    expect(strftime('%F %T %Z %z', new Date('2026-11-23T08:13:34Z'))).toBe(winter)
    expect(strftime('%F %T %Z %z', new Date('2026-07-01T00:00:00Z'))).toBe(summer)
  })
})
