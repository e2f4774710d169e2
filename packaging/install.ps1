# Installs the command on Windows, for this user:
#   powershell -ExecutionPolicy Bypass -c "irm @REPOSITORY@/releases/latest/download/install.ps1 | iex"
#
# $env:INSTALL_DIR names another folder, $env:VERSION another version than the latest.
& {
    $ErrorActionPreference = 'Stop'
    # The progress bar of Windows PowerShell makes a download many times slower.
    $ProgressPreference = 'SilentlyContinue'
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

    $repository = '@REPOSITORY@'
    $from = "$repository/releases/latest/download"
    if ($env:VERSION) { $from = "$repository/releases/download/v$env:VERSION" }
    # A folder, for a try before a release is public.
    if ($env:DOWNLOAD_FROM) { $from = $env:DOWNLOAD_FROM }
    $folder = "$env:LOCALAPPDATA\Programs\duplicati-retention"
    if ($env:INSTALL_DIR) { $folder = $env:INSTALL_DIR }

    $processor = if ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64') { 'aarch64' } else { 'x86_64' }
    $archive = "duplicati-retention-$processor-pc-windows-msvc.zip"
    $scratch = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    New-Item -ItemType Directory $scratch | Out-Null
    try {
        foreach ($name in $archive, 'SHA256SUMS') {
            if (Test-Path -LiteralPath $from) {
                Copy-Item -LiteralPath (Join-Path $from $name) $scratch
            } else {
                Invoke-WebRequest -UseBasicParsing "$from/$name" -OutFile "$scratch\$name"
            }
        }
        $line = Get-Content "$scratch\SHA256SUMS" | Where-Object { $_ -like "* ?$archive" }
        $sum = (Get-FileHash -Algorithm SHA256 "$scratch\$archive").Hash
        if (-not $line -or ($line -split ' ')[0] -ne $sum) {
            throw "$archive is not the file that was published: its SHA-256 differs; nothing was installed"
        }
        Expand-Archive "$scratch\$archive" "$scratch\files"
        New-Item -ItemType Directory -Force $folder | Out-Null
        Copy-Item -Force "$scratch\files\duplicati-retention.exe" $folder
    } finally {
        Remove-Item -Recurse -Force $scratch
    }

    & "$folder\duplicati-retention.exe" --version
    "installed as $folder\duplicati-retention.exe"
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($path -split ';') -notcontains $folder) {
        [Environment]::SetEnvironmentVariable('Path', "$folder;$path", 'User')
        'Open a new terminal: the folder was added to PATH.'
    }
}
