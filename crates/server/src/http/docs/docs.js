// Shows openapi.json and lets one try each operation. Everything is put into the page as text, never as markup.

const METHODS = ['get', 'post', 'put', 'patch', 'delete']
const token = document.getElementById('token')
const filter = document.getElementById('filter')
const main = document.getElementById('operations')

/** An element with properties and children. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

const pretty = (value) => JSON.stringify(value, null, 2)

/** What a parameter, body or response is: the type it refers to by name, or its schema. */
function typeOf(schema) {
  return schema?.$ref?.split('/').at(-1) ?? schema?.type ?? pretty(schema ?? {})
}

function parameterField(parameter) {
  const about = `${parameter.name} (${parameter.in}${parameter.required ? ', needed' : ''}) ${parameter.description ?? ''}`
  const input = element('input', { name: parameter.name, required: parameter.required === true })
  if (parameter.in === 'path') input.value = parameter.example ?? ''
  return element('label', {}, about, input)
}

function address(path, parameters, form) {
  const query = new URLSearchParams()
  let filled = path
  for (const { name, in: place } of parameters) {
    const { value } = form.elements.namedItem(name)
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(value))
    else if (value !== '') query.set(name, value)
  }
  return query.size > 0 ? `${filled}?${query}` : filled
}

async function send(method, url, body) {
  const headers = {}
  if (token.value !== '') headers.Authorization = `Bearer ${token.value}`
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  const started = performance.now()
  const response = await fetch(url, { method: method.toUpperCase(), headers, body })
  const text = await response.text()
  const took = Math.round(performance.now() - started)
  let shown = text
  try {
    shown = pretty(JSON.parse(text))
  } catch {
    // Not JSON: shown as it came.
  }
  return `${response.status} ${response.statusText} in ${took} ms\n\n${shown}`
}

function responses(operation, errors) {
  const rows = Object.entries(operation.responses).map(([status, response]) => {
    const { description, content = {} } = response.$ref ? errors[response.$ref.split('/').at(-1)] : response
    const schema = Object.values(content)[0]?.schema
    return `${status}  ${description}${schema ? `  ${typeOf(schema)}` : ''}`
  })
  const example = operation.responses[200]?.content ?? operation.responses[201]?.content ?? {}
  const value = Object.values(example)[0]?.example
  return [rows.join('\n'), value === undefined ? '' : typeof value === 'string' ? value : pretty(value)]
}

function panel(method, path, operation, errors) {
  const parameters = operation.parameters ?? []
  const body = operation.requestBody?.content?.['application/json']
  const text = body && element('textarea', { name: ' body', value: pretty(body.example), spellcheck: false })
  const output = element('pre', { hidden: true, ariaLive: 'polite' })
  const [statuses, example] = responses(operation, errors)
  const form = element('form', {}, element('p', { className: 'about', textContent: operation.description ?? '' }))
  form.append(...parameters.map(parameterField))
  if (text) form.append(element('label', {}, `Body: ${typeOf(body.schema)}`, text))
  form.append(element('button', { textContent: 'Send' }), output)
  form.append(element('h3', { textContent: 'Answers' }), element('pre', { textContent: statuses }))
  if (example) form.append(element('pre', { textContent: example }))
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    output.hidden = false
    output.textContent = '…'
    const failed = (error) => String(error)
    output.textContent = await send(method, address(path, parameters, form), text?.value).catch(failed)
  })
  return form
}

function entry(method, path, operation, errors) {
  const title = element(
    'summary',
    {},
    element('span', { className: 'method', textContent: method.toUpperCase() }),
    element('span', { className: 'path', textContent: path }),
    ` ${operation.summary ?? ''}`,
  )
  const details = element('details', {}, title)
  // Made when it is first opened: most never are.
  details.addEventListener('toggle', () => details.append(panel(method, path, operation, errors)), { once: true })
  return details
}

function show({ paths, components }) {
  const sections = new Map()
  for (const [path, item] of Object.entries(paths)) {
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? 'Other'
      sections.set(tag, [...(sections.get(tag) ?? []), entry(method, path, item[method], components.responses)])
    }
  }
  main.replaceChildren(
    ...[...sections].map(([tag, entries]) => element('section', {}, element('h2', { textContent: tag }), ...entries)),
  )
  main.ariaBusy = 'false'
}

filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\s+/)
  for (const details of main.querySelectorAll('details')) {
    const text = details.querySelector('summary').textContent.toLowerCase()
    details.hidden = !words.every((word) => text.includes(word))
  }
  for (const section of main.querySelectorAll('section')) {
    section.hidden = !section.querySelector('details:not([hidden])')
  }
})

show(await (await fetch('/api-docs/openapi.json')).json())
