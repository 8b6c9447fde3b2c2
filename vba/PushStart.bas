Attribute VB_Name = "PushStart"
'PushStart: has the add-in push this workbook, then ends Excel.
'
'There is no message box here, because nobody would close it, and no word about
'what is run: the add-in knows that, and this workbook cannot choose it.
Option Explicit

Private Const ADDIN As String = "SodaSheet.xlam"

'True if this process was started for a scheduled push.
Public Function IsScheduled() As Boolean
    IsScheduled = (Environ("SODASHEET_SCHEDULED") = "1")
End Function

'Called by Excel itself once it has opened everything.
Public Sub StartScheduledPush()
    If Not IsScheduled() Then Exit Sub
    On Error GoTo Failed
    Application.DisplayAlerts = False
    Application.Run ADDIN & "!Scheduled.PushWorkbook", ThisWorkbook.Name
    #If Mac Then
        'Python works on after this line, and ends Excel itself.
    #Else
        Leave
    #End If
    Exit Sub
Failed:
    Leave
End Sub

'End this Excel, which was started for this push alone. Python has saved what is to be kept.
'If somebody has opened another workbook in it meanwhile, only this one is closed.
Private Sub Leave()
    On Error Resume Next
    ThisWorkbook.Saved = True
    If OthersOpen() Then
        Application.DisplayAlerts = True
        ThisWorkbook.Close False
    Else
        Application.Quit
    End If
End Sub

'True if another workbook, which is no add-in, has a window that can be seen.
Private Function OthersOpen() As Boolean
    Dim book As Workbook, shown As Window
    For Each book In Application.Workbooks
        If book.Name <> ThisWorkbook.Name And LCase(Right(book.Name, 5)) <> ".xlam" Then
            For Each shown In book.Windows
                If shown.Visible Then OthersOpen = True
            Next
        End If
    Next
End Function
