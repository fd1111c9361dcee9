"""Flow definitions and the pure interpreter that runs them: state and event in, state and commands out."""
