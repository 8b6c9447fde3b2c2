Attribute VB_Name = "Failure"
'Failure: how the user is told that something did not happen.
'
'Everything that Python knows how to say, Python says itself; these are the
'cases in which Python could not be started or ended early.
Option Explicit

Private Const TITLE As String = "SodaSheet"
Private Const DOCTOR As String = "Run this in a terminal, it says what is wrong and what to do: " & _
    "sodasheet addin doctor"

'One or two sentences in a message box; none where nobody would ever close it.
Public Sub Tell(ByVal sentence As String)
    Application.StatusBar = False
    If Scheduled.IsScheduled() Then Exit Sub
    MsgBox sentence, vbExclamation, TITLE
End Sub

'An error in a macro of the add-in itself.
Public Sub Unexpected(ByVal button As String, ByVal description As String)
    On Error Resume Next
    Tell "The button '" & button & "' did not work: " & description & vbCrLf & vbCrLf & DOCTOR
End Sub

'Called by the module xlwings where Python ended with an error before it could
'say anything itself; the file holds what it wrote last.
Public Sub ShowError(ByVal fileName As String)
    On Error Resume Next
    Tell "Python could not do what the button asked for. " & DOCTOR & _
        vbCrLf & vbCrLf & LastLine(ReadFile(fileName))
End Sub

'The last line with something on it; of a Python error it is the one that says what happened.
Public Function LastLine(ByVal text As String) As String
    Dim lines As Variant, at As Long
    lines = Split(Replace(text, vbCr, vbLf), vbLf)
    For at = UBound(lines) To LBound(lines) Step -1
        If Trim(lines(at)) <> "" Then
            LastLine = Trim(lines(at))
            Exit Function
        End If
    Next
End Function
