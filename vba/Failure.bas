Attribute VB_Name = "Failure"
'Failure: how the user is told that something did not happen.
'
'Everything that Python knows how to say, Python says itself; these are the
'cases in which Python could not be started or ended early.
Option Explicit

Private Const TITLE As String = "SodaSheet"
Private Const NEXT_STEP As String = "Open SodaSheet from the Start menu and choose Check this " & _
    "computer, or run this in a terminal: sodasheet addin doctor"
Private Const UNICODE_FILE As Long = -1

'Show one or two sentences in a message box; none during a scheduled push, which nobody watches.
Public Sub Tell(ByVal sentence As String)
    Application.StatusBar = False
    If Scheduled.IsScheduled() Then Exit Sub
    MsgBox sentence, vbExclamation, TITLE
End Sub

'Report an error in a macro of the add-in itself.
Public Sub Unexpected(ByVal button As String, ByVal description As String)
    On Error Resume Next
    Tell "The button '" & button & "' did not work: " & description & vbCrLf & vbCrLf & NEXT_STEP
End Sub

'Report that Windows did not let Excel start a program.
Public Sub Blocked(ByVal description As String)
    On Error Resume Next
    Tell "Excel could not start Python: " & description & " A security rule of this computer " & _
        "may forbid it." & vbCrLf & vbCrLf & "Open SodaSheet from the Start menu and choose this " & _
        "workbook there: nothing is started by Excel then. Or ask your IT department."
End Sub

'Report that Python ended with an error before it could say anything; the file has its last words.
Public Sub ShowError(ByVal fileName As String)
    On Error Resume Next
    Tell "The button did not work, because Python ended early. " & NEXT_STEP & _
        vbCrLf & vbCrLf & LastLine(LogText(fileName))
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

'The text of a log, which is UTF-16 on Windows; "" if there is none.
Private Function LogText(ByVal fileName As String) As String
    On Error Resume Next
    #If Mac Then
        LogText = ReadFile(fileName)
    #Else
        Dim files As Object
        Set files = CreateObject("Scripting.FileSystemObject")
        LogText = files.OpenTextFile(fileName, 1, False, UNICODE_FILE).ReadAll
    #End If
End Function
