/** Line icons on a 20-unit grid, drawn with the text's colour. They never carry meaning alone. */
const PATHS = {
  back: 'M12.5 4.5 7 10l5.5 5.5',
  forward: 'M7.5 4.5 13 10l-5.5 5.5',
  chat: 'M4 4.5h12a1.5 1.5 0 0 1 1.5 1.5v7a1.5 1.5 0 0 1-1.5 1.5H9L5.5 17.3v-2.8H4A1.5 1.5 0 0 1 2.5 13V6A1.5 1.5 0 0 1 4 4.5z',
  check: 'm4.5 10.5 3.5 3.5 7.5-8',
  checks: 'm2 10.5 3.5 3.5 7-8M9.8 13.2l.9.8 7-8',
  clock: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3.5V10l2.5 1.8',
  close: 'm5 5 10 10M15 5 5 15',
  compose:
    'M10 4H5.5A1.5 1.5 0 0 0 4 5.5v9A1.5 1.5 0 0 0 5.5 16h9a1.5 1.5 0 0 0 1.5-1.5V10M8.5 11.5l.4-2.1 6.5-6.5 1.7 1.7-6.5 6.5z',
  contrast: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 3v14M12.5 5.5v9M15 7.5v5',
  copy: 'M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3',
  danger: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3.5v4.2m0 2.3v.2',
  device: 'M3.5 4.5h13v9h-13zM7 16.5h6',
  down: 'M10 4v11.5M5 11l5 5 5-5',
  edit: 'm4 16 .6-3.2L13.2 4.200l2.6 2.6-8.6 8.600z',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 7.800a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.400z',
  group:
    'M7.5 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM2 16.500c0-2.7 2.3-4.5 5.5-4.500s5.5 1.8 5.5 4.500M13 4.300a3 3 0 0 1 0 5.400M15 12.400c1.9.600 3 2.1 3 4.1',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zm0 3.500v.2M10 9.500v4',
  leave: 'M12 4H5v12h7M9 10h8.500m-3-3 3 3-3 3',
  link: 'M8.5 11.500a3 3 0 0 0 4.2 0l3-3a3 3 0 0 0-4.2-4.200l-1 1M11.5 8.500a3 3 0 0 0-4.2 0l-3 3a3 3 0 0 0 4.2 4.200l1-1',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  person: 'M10 3.500a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.400zM3.5 17c0-3 2.8-5 6.5-5s6.5 2 6.5 5',
  personAdd: 'M8 3.500a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.400zM2 17c0-3 2.6-5 6-5s6 2 6 5M16 5v5m-2.5-2.500h5',
  plus: 'M10 4v12M4 10h12',
  reply: 'M8 5 3.5 9.5 8 14M4 9.500h6.500c3.5 0 6 2 6 6',
  search: 'M8.8 3.500a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.600zM12.7 12.7 17 17',
  send: 'M3.5 10 16.5 4l-4 12.5-3-5.500zM9.5 11l3-3',
  smile: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7 11.500c.7 1.3 1.7 2 3 2s2.3-.7 3-2M7.7 8h.01M12.3 8h.01',
  trash: 'M4 5.500h12M8 5.500V4h4v1.500M5.5 5.500l.7 11h7.600l.7-11',
  unread:
    'M4 4.500h8M4 4.500A1.5 1.5 0 0 0 2.5 6v7A1.5 1.5 0 0 0 4 14.500h1.500v2.800L9 14.500h7a1.5 1.5 0 0 0 1.5-1.500V9M16 2.800a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.400z',
} as const

export type IconName = keyof typeof PATHS

/** Icons that point somewhere follow the direction of the text. */
const DIRECTIONAL: ReadonlySet<IconName> = new Set(['back', 'forward', 'reply', 'send', 'leave'])

interface Props {
  name: IconName
  size?: number
  className?: string
}

export function Icon({ name, size = 20, className = '' }: Props) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.4 : 1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${DIRECTIONAL.has(name) ? 'rtl:-scale-x-100' : ''} ${className}`}
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
