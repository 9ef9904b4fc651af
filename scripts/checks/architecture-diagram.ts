/**
 * The diagram of ARCHITECTURE.md, drawn from layers.json. An arrow says "may import"; arrows that follow from others are
 * left out, so that the picture shows the order and not every permission.
 */
import type { Finding } from './finding.ts'
import { isUnder, type Layers } from './layers.ts'

const BEGIN = '<!-- layers:begin (written by `npm run layers`) -->'
const END = '<!-- layers:end -->'

/** The Mermaid text of the layers, lowest last. */
export function drawLayers(layers: Layers): string {
  const names = Object.keys(layers.layers)
  const groups = [...new Set(names.map(groupOf))]
  const nodes = groups.flatMap((group) => {
    const members = names.filter((name) => groupOf(name) === group)
    const lines = members.map((name) => `${group === '' ? '  ' : '    '}${nodeId(name)}[${label(name, group)}]`)
    return group === '' ? lines : [`  subgraph ${group}`, ...lines, '  end']
  })
  const arrows = names.flatMap((name) => directImports(layers, name).map((to) => `  ${nodeId(name)} --> ${nodeId(to)}`))
  return ['```mermaid', 'flowchart TD', ...nodes, ...arrows, '```'].join('\n')
}

/** `document` with the diagram between its markers brought up to date; throws when it has no markers. */
export function insertDiagram(document: string, layers: Layers): string {
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`ARCHITECTURE.md needs the markers ${BEGIN} and ${END}`)
  return `${document.slice(0, begin)}${BEGIN}\n\n${drawLayers(layers)}\n\n${document.slice(end)}`
}

/** A finding when the diagram no longer shows what layers.json says. */
export function checkDiagram(document: string, layers: Layers): Finding[] {
  if (insertDiagram(document, layers) === document) return []
  return [{ file: 'ARCHITECTURE.md', message: 'the diagram does not show layers.json any more; run `npm run layers`' }]
}

function directImports(layers: Layers, name: string): string[] {
  const all = allowedLayers(layers, name)
  return all.filter((to) => !all.some((between) => between !== to && reaches(layers, between, to)))
}

function reaches(layers: Layers, from: string, to: string): boolean {
  return allowedLayers(layers, from).some((next) => next === to || reaches(layers, next, to))
}

function allowedLayers(layers: Layers, name: string): string[] {
  const allowed = layers.layers[name] ?? []
  return Object.keys(layers.layers).filter((other) => other !== name && allowed.some((prefix) => isUnder(other, prefix)))
}

/** The folder a layer is drawn in: `format` for `format/elf`, none for `base`. */
function groupOf(name: string): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : ''
}

function nodeId(name: string): string {
  return name.replace(/\W/g, '_')
}

function label(name: string, group: string): string {
  return group === '' ? name : name.slice(group.length + 1)
}
