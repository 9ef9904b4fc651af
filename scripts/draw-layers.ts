/**
 * Writes the diagram of layers.json into ARCHITECTURE.md (`npm run layers`).
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { insertDiagram } from './checks/architecture-diagram.ts'
import { ROOT, readText } from './checks/project.ts'

const path = 'ARCHITECTURE.md'
writeFileSync(join(ROOT, path), insertDiagram(readText(path), JSON.parse(readText('layers.json'))))
