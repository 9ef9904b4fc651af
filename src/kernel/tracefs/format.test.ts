import { expect, test } from 'vitest'
import { parseTracepointFormat } from './format.ts'

const TEXT = `name: sys_enter_openat
ID: 600
format:
	field:unsigned short common_type;	offset:0;	size:2;	signed:0;
	field:int common_pid;	offset:4;	size:4;	signed:1;

	field:const char * filename;	offset:24;	size:8;	signed:0;
	field:char comm[16];	offset:32;	size:16;	signed:0;
	field:__data_loc char[] name;	offset:48;	size:4;	signed:0;
	field:unsigned long args[6];	offset:56;	size:48;	signed:0;
	field:struct task_struct *task;	offset:104;	size:8;	signed:0;

print fmt: "field:int x;	offset:0;", REC->x
`

test('fields keep their C type, with the bounds of arrays', () => {
  const { category, event, fields } = parseTracepointFormat('syscalls', 'sys_enter_openat', TEXT)
  expect([category, event]).toEqual(['syscalls', 'sys_enter_openat'])
  expect(fields.map(({ name, type, offset, size, signed }) => [name, type, offset, size, signed])).toEqual([
    ['common_type', 'unsigned short', 0, 2, false],
    ['common_pid', 'int', 4, 4, true],
    ['filename', 'const char *', 24, 8, false],
    ['comm', 'char[16]', 32, 16, false],
    ['name', '__data_loc char[]', 48, 4, false],
    ['args', 'unsigned long[6]', 56, 48, false],
    ['task', 'struct task_struct *', 104, 8, false],
  ])
})

test('a text without fields has none', () => expect(parseTracepointFormat('a', 'b', '').fields).toEqual([]))
