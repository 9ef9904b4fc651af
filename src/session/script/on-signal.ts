/**
 * `self:signal`: programs that the session runs each time that it gets a signal.
 */
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { runAll } from './attach-all.ts'

/** Runs the programs of `self:signal` on SIGUSR1, until what it answers is called. */
export function onSignal(object: ObjectSpec, loaded: LoadedObject): () => void {
  if (object.programs.every(({ attach }) => attach.every(({ kind }) => kind !== 'signal'))) return () => {}
  const run = (): void => runAll(object, loaded, 'signal')
  process.on('SIGUSR1', run)
  return () => process.off('SIGUSR1', run)
}
