; Documents of keys and directives are read by rows (../formats/), not by shapes: see server/detect/directives.rs.
