#!/bin/sh
# The version of this tree, from the one place where it is set.
sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$(dirname "$0")/../Directory.Build.props"
