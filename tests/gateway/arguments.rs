//! What is said of the command line and of the policy.

use crate::{program::Program, site::POLICY};

#[test]
fn what_is_wrong_with_the_arguments_or_the_policy_is_said() {
    let program = Program::new("revision = 0\nmodel = \"maybe\"\n");
    let upstream = "http://127.0.0.1:1";
    let table: [(&[&str], &[&str]); 10] = [
        (&[], &["--upstream is missing"]),
        (&["--upstream"], &["--upstream needs a value"]),
        (&["--upstream", "https://a.example"], &["TLS proxy"]),
        (&["--upstream", "http://a.example/app"], &["a path is not supported"]),
        (&["--upstream", upstream, "--timeout-seconds=0"], &["whole number from 1"]),
        (&["--upstream", upstream, "--idle-seconds=soon"], &["--idle-seconds soon: write a whole number"]),
        (&["--upstream", upstream, "--upstream-http2=yes"], &["--upstream-http2 takes no value"]),
        (&["--upstream", upstream, "--colour"], &["unknown argument --colour"]),
        (&["--upstream", upstream, "--policy", "/none"], &["--policy is given twice"]),
        // Every finding, not the first alone.
        (&["--upstream", upstream], &["model", "maybe", "controller"]),
    ];
    for (arguments, words) in table {
        let output = program.command().args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{arguments:?}: {said}");
    }
}

#[test]
fn help_lists_every_argument() {
    let output = Program::new(POLICY).command().arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for argument in [
        "--upstream URL",
        "--policy FILE",
        "--listen ADDRESS",
        "--upstream-http2",
        "--timeout-seconds N",
        "--idle-seconds N",
    ] {
        assert!(help.contains(argument), "{argument} is not in {help}");
    }
}
