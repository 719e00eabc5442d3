import { fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { Modal } from './Modal'

test('a press beside closes, but not the end of a selection that began inside', () => {
  const onClose = vi.fn()
  render(
    <Modal title="Rename" onClose={onClose}>
      <input aria-label="Name" />
    </Modal>,
  )
  const dialog = screen.getByRole('dialog')
  fireEvent.pointerDown(screen.getByLabelText('Name'))
  fireEvent.click(dialog)
  expect(onClose).not.toHaveBeenCalled()
  fireEvent.pointerDown(dialog)
  fireEvent.click(dialog)
  expect(onClose).toHaveBeenCalledOnce()
})
