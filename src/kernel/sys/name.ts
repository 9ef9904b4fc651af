/**
 * Names that the kernel takes for maps and programs: `BPF_OBJ_NAME_LEN` is 16 bytes with the NUL.
 */

const LONGEST = 15

/** What of a name the kernel can show: 15 characters of `[A-Za-z0-9_.]`; `@` becomes `AT_`, anything else `_`. */
export function kernelName(name: string): string {
  return name
    .replaceAll('@', 'AT_')
    .replace(/[^A-Za-z0-9_.]/gu, '_')
    .slice(0, LONGEST)
}
