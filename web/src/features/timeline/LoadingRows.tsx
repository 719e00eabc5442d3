import { useWords } from '~/words'

/** In place of the first page of messages; not drawn at all if that comes at once. */
export function LoadingRows() {
  const words = useWords()
  return (
    <div
      role="status"
      aria-label={words.app.loading}
      className="grid animate-[appear_180ms_400ms_both] gap-6 px-4 py-6"
    >
      {[38, 64, 52, 70, 44].map((width) => (
        <div key={width} className="flex gap-3 px-2">
          <span className="size-9 shrink-0 rounded-full bg-raised" />
          <span className="grid max-w-[68ch] grow content-start gap-2 pt-1">
            <span className="h-3 w-24 rounded-full bg-raised" />
            <span className="h-3 rounded-full bg-raised" style={{ inlineSize: `${width}%` }} />
          </span>
        </div>
      ))}
    </div>
  )
}
