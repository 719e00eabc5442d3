/** What is open on the screen beside the address: dialogs and the details pane. */
import { create } from 'zustand'

export type Dialog = 'switcher' | 'new-chat' | 'shortcuts'

interface Interface {
  dialog: Dialog | null
  detailsOpen: boolean
}

export const useInterface = create<Interface>(() => ({ dialog: null, detailsOpen: false }))

export function openDialog(dialog: Dialog): void {
  useInterface.setState({ dialog })
}

export function closeDialog(): void {
  useInterface.setState({ dialog: null })
}

export function toggleDetails(open?: boolean): void {
  useInterface.setState(({ detailsOpen }) => ({ detailsOpen: open ?? !detailsOpen }))
}
