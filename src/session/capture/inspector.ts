/**
 * The in-process inspector, used synchronously: commands whose answer is there when `post` returns, and the list of scripts.
 * Follows the Chrome DevTools Protocol, domains Runtime and Debugger, as node:inspector speaks it.
 */
import { Session } from 'node:inspector'
import { InternalError } from '../../base/errors.ts'

/** A script that V8 compiled. `url` is empty for some; `sourceMapURL` is empty for most. */
export interface ScriptInfo {
  readonly scriptId: string
  readonly url: string
  readonly sourceMapURL: string
  /** 0-based line and column at which the text begins, as positions in it are counted. */
  readonly startLine: number
  readonly startColumn: number
}

/** A place in a script, 0-based. */
export interface ScriptLocation {
  readonly scriptId: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** A property as Runtime.getProperties describes it. */
export interface RemoteProperty {
  readonly name: string
  readonly value?: { readonly objectId?: string; readonly description?: string; readonly value?: unknown }
}

/** One conversation with the inspector of this thread. To be closed. */
export class Inspector {
  readonly #session = new Session()
  readonly #scripts = new Map<string, ScriptInfo>()

  constructor() {
    this.#session.connect()
  }

  /** The remote id of what an expression in the global scope yields. */
  evaluate(expression: string): string {
    const { result } = this.#post<{ result: { objectId?: string } }>('Runtime.evaluate', { expression })
    return required(result.objectId, expression)
  }
  /** Calls a function with `this` and arguments given by remote id or as plain values; answers the result's remote id, if it has one. */
  call(thisId: string, functionDeclaration: string, args: readonly ({ objectId: string } | { value: unknown })[]): string | undefined {
    const parameters = { objectId: thisId, functionDeclaration, arguments: args, silent: true }
    return this.#post<{ result: { objectId?: string } }>('Runtime.callFunctionOn', parameters).result.objectId
  }
  /** Own properties and internal ones (`[[Scopes]]`). */
  properties(objectId: string): { readonly own: readonly RemoteProperty[]; readonly internal: readonly RemoteProperty[] } {
    const answer = this.#post<{ result: RemoteProperty[]; internalProperties?: RemoteProperty[] }>('Runtime.getProperties', {
      objectId,
      ownProperties: true,
    })
    return { own: answer.result, internal: answer.internalProperties ?? [] }
  }
  /** All scripts of the process, and their texts. The debugger is on only meanwhile: code runs slower under it. */
  readScripts(ids: ReadonlySet<string>): ReadonlyMap<string, { readonly info: ScriptInfo; readonly text: string }> {
    const collect = ({ params }: { params: ScriptInfo }) => void this.#scripts.set(params.scriptId, params)
    this.#session.on('Debugger.scriptParsed', collect as never)
    this.#post('Debugger.enable', {})
    try {
      return new Map([...ids].map((scriptId) => [scriptId, this.#readScript(scriptId)]))
    } finally {
      this.#post('Debugger.disable', {})
      this.#session.removeAllListeners('Debugger.scriptParsed')
    }
  }
  /** Ends the conversation; what remote ids stood for is released. */
  close(): void {
    this.#session.disconnect()
  }

  #readScript(scriptId: string) {
    const { scriptSource } = this.#post<{ scriptSource: string }>('Debugger.getScriptSource', { scriptId })
    const unknown: ScriptInfo = { scriptId, url: '', sourceMapURL: '', startLine: 0, startColumn: 0 }
    return { info: this.#scripts.get(scriptId) ?? unknown, text: scriptSource }
  }

  #post<Answer>(method: string, parameters: object): Answer {
    let failure: unknown
    let answer: unknown
    this.#session.post(method, parameters, (error, result) => {
      failure = error
      answer = result
    })
    if (failure) throw new InternalError(`the inspector refused ${method}: ${JSON.stringify(failure)}`)
    if (answer === undefined) throw new InternalError(`the inspector did not answer ${method}`)
    return answer as Answer
  }
}

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new InternalError(`the inspector knows no object for ${what}`)
  return value
}
