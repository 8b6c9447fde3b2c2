Attribute VB_Name = "Launcher"
'Launcher: which Python is started, and what it is told.
'
'Only two places are asked for settings: the sheet sodasheet.conf of this
'add-in, and the file that "sodasheet addin install" writes for the user.
'The active workbook, its sheets and its folder have no say in what is run.
'RunPython and GetConfig of the module xlwings lead here.
Option Explicit

'Run a Python command and wait for it (on a Mac: start it). 0, or -1 where it failed and was told.
Public Function Launch(ByVal command As String) As Long
    Dim interpreter As String, reason As String
    Launch = -1
    #If Mac Then
        interpreter = Setting("INTERPRETER_MAC", "")
    #Else
        interpreter = Setting("INTERPRETER_WIN", "")
    #End If
    reason = Hindrance(interpreter, CallerName())
    If reason <> "" Then
        Failure.Tell reason
        Exit Function
    End If
    Launch = Start(command, interpreter)
End Function

'"false" tells xlwings to put no folder of a workbook on Python's path.
Private Function Start(ByVal command As String, ByVal interpreter As String) As Long
    #If Mac Then
        Application.StatusBar = "SodaSheet is working..."
        ExecuteMac command, interpreter, "false"
    #Else
        Start = ExecuteWindows(False, command, interpreter, "false")
    #End If
End Function

'One sentence that says why nothing can be started; "" where it can.
Public Function Hindrance(ByVal interpreter As String, ByVal workbookName As String) As String
    If interpreter = "" Then
        Hindrance = "SodaSheet does not know yet where Python is. " & _
            "Run this in a terminal, then press the button again: sodasheet addin install"
    ElseIf Not IsAbsolute(interpreter) Or Not FileExists(interpreter) Then
        Hindrance = "Python is not where it was when SodaSheet was installed: " & interpreter & ". " & _
            "Run this in a terminal, then press the button again: sodasheet addin install"
    ElseIf IsUnsafe(workbookName) Then
        Hindrance = "The name of this workbook has characters that a command line cannot take: " & _
            workbookName & ". Save it under a simpler name, then press the button again."
    End If
End Function

'A bare name such as python would be looked for in the folder of the workbook first.
Private Function IsAbsolute(ByVal path As String) As Boolean
    IsAbsolute = (path Like "[A-Za-z]:\*") Or (Left(path, 2) = "\\") Or (Left(path, 1) = "/")
End Function

'The name stands on a command line, inside double quotes. There cmd.exe still reads %name%
'between two percent signs, and the shell of a Mac reads $ and `.
Public Function IsUnsafe(ByVal name As String) As Boolean
    Dim at As Long, code As Long, forbidden As String
    forbidden = """\|"
    If InStr(Application.OperatingSystem, "Mac") > 0 Then
        forbidden = forbidden & "$`"
    Else
        IsUnsafe = (Len(name) - Len(Replace(name, "%", "")) > 1)
    End If
    For at = 1 To Len(name)
        code = AscW(Mid(name, at, 1))
        If code >= 0 And code < 32 Then IsUnsafe = True
        If InStr(forbidden, Mid(name, at, 1)) > 0 Then IsUnsafe = True
    Next
End Function

'The workbook that Python is to look at; the add-in itself where none is open.
Public Function CallerName() As String
    If ActiveWorkbook Is Nothing Then
        CallerName = ThisWorkbook.Name
    Else
        CallerName = ActiveWorkbook.Name
    End If
End Function

'A setting by its name: the add-in's own sheet first, then the user's file.
Public Function Setting(ByVal key As String, ByVal fallback As String) As String
    Dim found As String
    Setting = fallback
    If SheetExists(ThisWorkbook, PROJECT_NAME & ".conf") Then
        If GetConfigFromSheet(ThisWorkbook).Exists(key) Then
            Setting = GetConfigFromSheet(ThisWorkbook).Item(key)
            Exit Function
        End If
    End If
    If GetConfigFromFile(GetConfigFilePath(), key, found) Then
        Setting = ExpandEnvironmentStrings(found)
    End If
End Function
