// Reads an OpenAPI document on stdin and writes its types on stdout. `cargo xtask codegen` calls this.
import { json } from 'node:stream/consumers'
import openapiTS, { astToString } from 'openapi-typescript'

const types = await openapiTS(await json(process.stdin), { alphabetize: false })
process.stdout.write(`// Generated from the code: cargo xtask codegen\n\n${astToString(types)}`)
