/**
 * Memory of the engine: what a run does once, to compile and to attach, is not worth the optimiser of V8, whose work takes some 8 MB that
 * are never given back; nor is a young generation that grows. From the first record on both are what they are elsewhere.
 */
import { setFlagsFromString } from 'node:v8'

/** Saves memory until what it answers is called. */
export function saveMemory(): () => void {
  setFlagsFromString('--no-opt')
  setFlagsFromString('--semi-space-growth-factor=1')
  return () => {
    setFlagsFromString('--opt')
    setFlagsFromString('--semi-space-growth-factor=2')
  }
}
