//! What a language, a library and a format is: folders of data in `grammar-queries/`, loaded when a file needs them.

pub mod rows;
