import { createContext, useContext } from 'react'
import { en, type Words } from './en'

export type { Words } from './en'

/** The language of the page. Others than English will be loaded when chosen. */
export const WordsContext = createContext<Words>(en)

export function useWords(): Words {
  return useContext(WordsContext)
}
