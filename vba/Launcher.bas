Attribute VB_Name = "Launcher"
'Launcher: which Python is started, and what it is told.
'
'Only two places are asked for settings: the sheet sodasheet.conf of this
'add-in, and the file that "sodasheet addin install" writes for the user.
'The active workbook, its sheets and its folder have no say in what is run.
'RunPython and GetConfig of the module xlwings lead here.
Option Explicit

Private Const HIDDEN As Long = 0

'Application.EnableCancelKey: while Excel waits, Esc must not break into the macro.
Private Const ESC_IGNORED As Long = 0
Private Const ESC_INTERRUPTS As Long = 1

'Run a Python command and wait for it (on a Mac: start it). 0, or -1 if it failed and was reported.
Public Function Launch(ByVal command As String) As Long
    Dim interpreter As String, reason As String
    Launch = -1
    interpreter = Setting(InterpreterKey(), "")
    reason = Hindrance(interpreter, CallerName())
    If reason = "" Then
        Launch = Start(command, interpreter)
    Else
        Failure.Tell reason
    End If
End Function

Private Function InterpreterKey() As String
    #If Mac Then
        InterpreterKey = "INTERPRETER_MAC"
    #Else
        InterpreterKey = "INTERPRETER_WIN"
    #End If
End Function

Private Function Start(ByVal command As String, ByVal interpreter As String) As Long
    #If Mac Then
        '"false" tells xlwings to put no folder of a workbook on Python's path.
        Application.StatusBar = "SodaSheet is working..."
        ExecuteMac command, interpreter, "false"
    #Else
        Start = RunAndWait(command, interpreter)
    #End If
End Function

'Start Python itself, without a command shell between. Windows only.
Private Function RunAndWait(ByVal command As String, ByVal interpreter As String) As Long
    Dim shell As Object, log As String, code As Long
    RunAndWait = -1
    On Error GoTo Blocked
    Set shell = CreateObject("WScript.Shell")
    log = Expanded("%TEMP%") & "\sodasheet-" & CreateGUID() & ".log"
    Application.EnableCancelKey = ESC_IGNORED
    code = shell.Run(CommandLine(command, interpreter, log), HIDDEN, True)
    Application.EnableCancelKey = ESC_INTERRUPTS
    If code = 0 Then RunAndWait = 0 Else Failure.ShowError log
    On Error Resume Next
    CreateObject("Scripting.FileSystemObject").DeleteFile log
    Exit Function
Blocked:
    Application.EnableCancelKey = ESC_INTERRUPTS
    Failure.Blocked Err.Description
End Function

'The command line: Python's errors go to a log, then it runs the command for the active workbook.
Public Function CommandLine(ByVal command As String, ByVal interpreter As String, _
                            ByVal log As String) As String
    CommandLine = Quoted(interpreter) & " -B -P -c ""import sys; " & _
        "sys.stderr = open(sys.argv[1][6:], 'w', encoding='utf-16', errors='replace'); " & _
        command & """ " & Quoted("--log=" & log) & " " & Quoted("--wb=" & CallerName()) & _
        " --from_xl=1 --hwnd=" & Application.Hwnd
End Function

Private Function Quoted(ByVal text As String) As String
    Quoted = Chr(34) & text & Chr(34)
End Function

'Return one sentence about why nothing can be started; "" if it can.
Public Function Hindrance(ByVal interpreter As String, ByVal workbookName As String) As String
    If interpreter = "" Then
        Hindrance = "Python is not set up for SodaSheet yet. " & _
            "Run this in a terminal, then press the button again: sodasheet addin install"
    ElseIf Not IsAbsolute(interpreter) Or Not IsFile(interpreter) Then
        Hindrance = "Python is not where it was when SodaSheet was installed: " & interpreter & ". " & _
            "Run this in a terminal, then press the button again: sodasheet addin install"
    ElseIf IsUnsafe(workbookName) Then
        Hindrance = "The name of this workbook has characters that a command line cannot contain: " & _
            workbookName & ". Save it under a simpler name, then press the button again."
    End If
End Function

'A bare name such as python would be looked for in the folder of the workbook first.
Private Function IsAbsolute(ByVal path As String) As Boolean
    IsAbsolute = (path Like "[A-Za-z]:\*") Or (Left(path, 2) = "\\") Or (Left(path, 1) = "/")
End Function

'The name is on a command line, inside double quotes. There WScript.Shell still expands %name%
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
            Setting = Expanded(GetConfigFromSheet(ThisWorkbook).Item(key))
            Exit Function
        End If
    End If
    #If Mac Then
        If GetConfigFromFile(GetConfigFilePath(), key, found) Then Setting = Expanded(found)
    #Else
        found = UserSetting(key)
        If found <> "" Then Setting = Expanded(found)
    #End If
End Function

'A setting of the user's file, whose path may have characters that VBA's own Open cannot write.
Private Function UserSetting(ByVal key As String) As String
    Dim line As Variant
    For Each line In Split(Replace(UserFile(), vbCr, vbLf), vbLf)
        If Left(line, Len(key) + 4) = Quoted(key) & "," & Chr(34) Then
            UserSetting = Mid(line, Len(key) + 5)
            UserSetting = Left(UserSetting, Len(UserSetting) - 1)
            Exit Function
        End If
    Next
End Function

Private Function UserFile() As String
    Dim path As String
    On Error Resume Next
    path = Expanded("%USERPROFILE%") & "\." & PROJECT_NAME & "\" & PROJECT_NAME & ".conf"
    UserFile = CreateObject("Scripting.FileSystemObject").OpenTextFile(path, 1).ReadAll
End Function

'Environment variables in a text. On Windows Environ() would give ? for letters outside its page.
Private Function Expanded(ByVal text As String) As String
    #If Mac Then
        Expanded = ExpandEnvironmentStrings(text)
    #Else
        Expanded = CreateObject("WScript.Shell").ExpandEnvironmentStrings(text)
    #End If
End Function

'On a Mac, Excel's sandbox may hide a file that can be started all the same.
Private Function IsFile(ByVal path As String) As Boolean
    #If Mac Then
        IsFile = True
    #Else
        IsFile = CreateObject("Scripting.FileSystemObject").FileExists(path)
    #End If
End Function
