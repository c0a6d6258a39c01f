//! What Diesel needs of any value that is written as one SQL type.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

/// The value as an expression of its type, whole and by reference, also where it may be NULL; and as what a row holds. How it
/// is written and read as the type itself is not here.
pub(crate) fn conversions(name: &Ident, sql_type: &TokenStream) -> TokenStream {
    let nullable = quote!(::diesel::sql_types::Nullable<#sql_type>);
    let expressions = [sql_type, &nullable].map(|ty| expression(name, ty));
    quote! {
        #(#expressions)*
        impl<DB> ::diesel::serialize::ToSql<#nullable, DB> for #name
        where
            DB: ::diesel::backend::Backend,
            Self: ::diesel::serialize::ToSql<#sql_type, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                ::diesel::serialize::ToSql::<#sql_type, DB>::to_sql(self, out)
            }
        }
        impl<DB> ::diesel::deserialize::Queryable<#sql_type, DB> for #name
        where
            DB: ::diesel::backend::Backend,
            Self: ::diesel::deserialize::FromSql<#sql_type, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> ::diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }
    }
}

fn expression(name: &Ident, ty: &TokenStream) -> TokenStream {
    let [owned, referred] = [quote!(#name), quote!(&'expr #name)].map(|of| {
        quote! {
            ::diesel::expression::AsExpression<#ty> for #of {
                type Expression = ::diesel::internal::derives::as_expression::Bound<#ty, Self>;
                fn as_expression(self) -> Self::Expression {
                    ::diesel::internal::derives::as_expression::Bound::new(self)
                }
            }
        }
    });
    quote! {
        impl #owned
        impl<'expr> #referred
    }
}
