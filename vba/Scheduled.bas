Attribute VB_Name = "Scheduled"
'Scheduled: has Python push a workbook unattended.
'
'A workbook made from scheduled-push.xlsm calls this when it was opened. Only
'a process that "sodasheet run --in-excel" started has the environment that is
'asked for here: an ordinary opening never pushes.
Option Explicit

Private Const ENTRY As String = "import sodasheet.excel.scheduled.macro as s; s.scheduled()"

'True if this process was started for a scheduled push.
Public Function IsScheduled() As Boolean
    IsScheduled = (Environ("SODASHEET_SCHEDULED") = "1")
End Function

'Push the jobs of an open workbook and wait until they have ended (on a Mac: start it).
'Python reports to the program that started this process how it ended; without a
'report nothing was pushed, and that program reports a failure.
Public Sub PushWorkbook(ByVal bookName As String)
    On Error GoTo Failed
    If Not IsScheduled() Then Exit Sub
    Workbooks(bookName).Activate
    RunPython ENTRY
    Exit Sub
Failed:
    Failure.Unexpected "scheduled push", Err.Description
End Sub
