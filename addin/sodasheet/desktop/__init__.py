"""The windows: sign in, choose a dataset, confirm, progress. Only this room imports tkinter.

Every window has a model that knows nothing of tkinter and decides what is said; the window shows
it. What takes time happens in a thread of its own, so no window ever freezes.
"""
