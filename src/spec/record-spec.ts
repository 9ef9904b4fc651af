/**
 * What a record in the shared ring buffer means to user space: its layout, and the action that it asks for. The kernel
 * half only stores bytes; everything here is read by the session and the writers.
 */
import type { FormatString } from './format-string.ts'
import type { RecordLayout } from './record-layout.ts'

/**
 * What user space does with a record.
 * - `printf`: renders the record's fields (in order) by the format.
 * - `system`: runs the rendered fields as a shell command, and shows what it prints. `cat`: shows the file of that name, `most` bytes of it.
 * - `join`: shows the texts of the one field, an array, up to the first that is empty.
 * - `message`: renders the fields like `printf`, as a message about the script.
 * - `runtime-warning`: says `message`, which is about the script at `place`; `shown` is all that a reader is shown of it.
 * - `failed-read`: says that a helper could not read memory, by the error number in field `code`; `excerpt` is the place as source text.
 * - `print-value`: shows the one field and a newline.
 * - `print-map`, `clear-map`, `zero-map`: the map's contents at the time of handling.
 * - `time`: current local time through strftime(3). `exit`: ends the run with the code in field `code`.
 * - `unwatch`: detaches the watchpoints of the address in field `address`.
 * - `saw-process`: the process of field `pid` has a stack that is to be shown later, when it may have ended.
 * - `unknown-code`: the code at `address` of process `pid` is of a file that has no table for unwinding yet; its key is `inode`,
 *   `device`, `size` (`unwind-layout.ts`).
 */
export type RecordAction =
  | { readonly kind: 'printf'; readonly format: FormatString }
  | { readonly kind: 'system'; readonly format: FormatString }
  | { readonly kind: 'cat'; readonly format: FormatString; readonly most: number }
  | { readonly kind: 'join'; readonly separator: string }
  | { readonly kind: 'message'; readonly severity: 'error' | 'warning'; readonly place: MessagePlace; readonly format: FormatString }
  | { readonly kind: 'runtime-warning'; readonly place: MessagePlace; readonly message: string; readonly shown: string }
  | { readonly kind: 'failed-read'; readonly place: MessagePlace; readonly helper: string; readonly excerpt: string }
  | { readonly kind: 'print-value' }
  | { readonly kind: 'print-map'; readonly map: string; readonly top?: number; readonly divide?: number }
  | { readonly kind: 'clear-map'; readonly map: string }
  | { readonly kind: 'zero-map'; readonly map: string }
  | { readonly kind: 'time'; readonly format: string }
  | { readonly kind: 'exit' }
  | { readonly kind: 'unwatch' }
  | { readonly kind: 'saw-process' }
  | { readonly kind: 'unknown-code' }

/** Where in a script a message comes from; `text` is the place as compilers print it. */
export interface MessagePlace {
  readonly file: string
  /** 1-based, as is the column. */
  readonly line: number
  readonly column: number
  readonly text: string
  /** When it comes from a macro: where that was used, as lines of a diagnostic, without a newline at the end. */
  readonly origins?: string
}

/** One kind of record; `id` is its index in `ObjectSpec.records`. */
export interface RecordSpec {
  readonly id: number
  readonly layout: RecordLayout
  readonly action: RecordAction
}
