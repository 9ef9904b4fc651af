/**
 * `borescope/script`: bpftrace scripts as calls of the library, for programs that hold no probe functions of their own.
 */
export { bpftrace, type ScriptEvent, type ScriptRunOptions, type ScriptSession } from './session/script/script-session.ts'
export type { ScriptEntry, ScriptHistogram, ScriptStats, ScriptValue } from './session/script/script-values.ts'
