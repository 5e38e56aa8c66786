"""New versions of this program: read from a release, checked under the keys the program was built with, installed beside the old one."""
