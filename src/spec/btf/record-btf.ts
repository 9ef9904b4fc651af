/**
 * Records of the shared ring buffer in BTF: an enum of their ids, and a struct for each kind. The kernel has no use for them;
 * whoever reads the ring buffer with other tools finds its layout by `bpftool btf dump`.
 */
import type { BtfBuilder } from '../../format/btf/btf-builder.ts'
import { RECORD_ID_SIZE } from '../record-layout.ts'
import type { RecordSpec } from '../record-spec.ts'
import { sizeOf } from '../types/type.ts'
import { identifier } from './identifier.ts'
import { addStruct, addType } from './type-btf.ts'

const nameOf = ({ id, action }: RecordSpec): string => `record_${id}_${identifier(action.kind.replaceAll('-', '_'))}`

/** Describes all kinds of record. */
export function addRecords(builder: BtfBuilder, records: readonly RecordSpec[]): void {
  if (records.length === 0) return
  const values = records.map((record) => ({ name: nameOf(record).toUpperCase(), value: BigInt(record.id) }))
  const id = builder.add({ kind: 'enum', name: 'record_id', size: RECORD_ID_SIZE, signed: false, values })
  for (const record of records) {
    const present = record.layout.fields.filter((field) => sizeOf(field.type) > 0)
    const fields = present.map((field) => ({
      name: field.name,
      offset: field.offset,
      type: addType(builder, field.type, `${nameOf(record)}_${identifier(field.name)}`),
    }))
    addStruct(builder, { name: nameOf(record), size: record.layout.size, fields: [{ name: 'id', type: id, offset: 0 }, ...fields] })
  }
}
