/**
 * Runs this project's own checks (`npm run check:project`), or those named on the command line, and prints each line that
 * broke a rule. What types, lint and unused exports have to say is left to tsc, Biome and knip.
 */
import { checkDiagram } from './checks/architecture-diagram.ts'
import { checkComments } from './checks/check-comments.ts'
import { checkCycles } from './checks/check-cycles.ts'
import { checkDocuments } from './checks/check-documents.ts'
import { checkLayers } from './checks/check-layers.ts'
import { checkSizes } from './checks/check-sizes.ts'
import { type Finding, formatFinding } from './checks/finding.ts'
import { type Project, readProject } from './checks/project.ts'

const CHECKS: Readonly<Record<string, (project: Project) => Finding[]>> = {
  layers: ({ files, layers }) => checkLayers(files, layers),
  cycles: ({ files }) => checkCycles(files),
  sizes: ({ files, sizes }) => checkSizes(files, sizes),
  comments: ({ files }) => checkComments(files),
  documents: ({ documents, repository }) => checkDocuments(documents, repository),
  diagram: ({ documents, layers }) => checkDiagram(documents.find(({ path }) => path === 'ARCHITECTURE.md')?.text ?? '', layers),
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => CHECKS[name] === undefined)
if (unknown !== undefined) throw new Error(`no check is called ${unknown}; there are ${Object.keys(CHECKS).join(', ')}`)

const project = readProject()
const findings = Object.entries(CHECKS).flatMap(([name, check]) => (asked.length === 0 || asked.includes(name) ? check(project) : []))
for (const finding of findings) console.error(formatFinding(finding))
const broken = findings.filter((finding) => finding.severity !== 'warning').length
console.log(`${project.files.length} files checked, ${broken} rules broken, ${findings.length - broken} warnings`)
process.exitCode = broken === 0 ? 0 : 1
